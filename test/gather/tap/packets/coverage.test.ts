import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Coverage } from '../../../../harness/gather/tap/packets/coverage.ts';
import { coverageOf } from '../../../../harness/gather/tap/packets/coverage.ts';
import { flowTable } from '../../../../harness/gather/tap/packets/flows.ts';
import { packetReader } from '../../../../harness/gather/tap/packets/reader.ts';
import type { Exchange } from '../../../../harness/record/exchange.ts';
import { exchangeSchema } from '../../../../harness/record/exchange.ts';

/** When the capture was made: 2026-11-24T22:44Z. The lines are what a tap would have told of its conversations. */
const LINES = [
  line({ id: 'read', clientPort: 33612, url: 'https://visited.leaklab.test/hello' }),
  line({ id: 'read-2', clientPort: 33626, url: 'https://visited.leaklab.test/big' }),
  line({ id: 'through', clientPort: 42666, url: 'https://visited.leaklab.test/through' }),
  line({ id: 'refused', clientPort: 42678, kind: 'unread', why: 'cert-rejected' }),
  line({ id: 'plain', clientPort: 43142, url: 'http://127.0.0.1:18080/plain' }),
  line({ id: 'first', clientPort: 40942, kind: 'raw' }),
];

describe('the ledger of bytes', () => {
  it('every conversation has its class, and the classes add up to the capture', async () => {
    const { entries, byClass, bytes, holds, why } = await coverage(LINES);
    assert.deepEqual(
      entries.map((entry) => [entry.server.split(':').at(-1), entry.class]),
      [
        ['18443', 'decrypted'],
        ['18443', 'decrypted'],
        ['18888', 'decrypted'],
        ['18443', 'unread'],
        ['18888', 'unread'],
        ['18443', 'unread'],
        ['18080', 'plain-http'],
        ['18081', 'raw-unseen'],
        ['18099', 'control'],
        ['18025', 'raw-seen'],
        ['18053', 'other-udp'],
      ],
    );
    const sum = Object.values(byClass).reduce((total, one) => total + one.bytes, 0);
    assert.deepEqual([sum, bytes, holds, why], [43375, 43375, true, []]);
  });

  it('every handshake is told: what was offered, what was settled, and whether with us or with the server', async () => {
    const passed = line({ id: 'on', clientPort: 33630, kind: 'unread', why: 'passthrough' });
    const { tls } = await coverage([...LINES, passed]);
    // As tshark 4.0.17 reads the same packets: versions 0x0304 and 0x0303, suites 0x1302 and 0xc02f.
    const newer = ['TLS 1.3', 'TLS 1.3', 'TLS_AES_256_GCM_SHA384'];
    const older = ['TLS 1.2', 'TLS 1.2', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'];
    assert.deepEqual(
      tls.map((row) => [row.offered, row.settled, row.cipher, row.with, row.connections]),
      [
        [...newer, 'tap', 1],
        [...older, 'tap', 1],
        [...newer, 'tap', 1],
        [...newer, 'server', 1],
        [...newer, 'tap', 2],
      ],
    );
  });

  it('the share that could be read leaves out what carries nothing', async () => {
    const { read, byClass } = await coverage(LINES);
    const readable = 3883 + 23015 + 4172 + 887 + 775;
    assert.equal(read, readable / (43375 - 128));
    assert.equal(byClass.control.bytes, 128);
  });

  it('a line of the proxy without packets opens the books again', async () => {
    const { holds, orphans, why } = await coverage([...LINES, line({ id: 'odd', clientPort: 1 })]);
    assert.deepEqual(
      [holds, orphans, why],
      [false, ['odd'], ['1 lines of the proxy have no packets']],
    );
  });

  it('a line from another time than its conversation is no line of it', async () => {
    const [first, ...others] = LINES;
    assert.ok(first?.at);
    const { orphans } = await coverage([
      { ...first, at: first.at + 60_000, endedAt: null },
      ...others,
    ]);
    assert.deepEqual(orphans, ['read']);
  });

  it('a capture that was cut off does not hold, whatever its classes say', async () => {
    const { holds, why } = await coverage(LINES, -5);
    assert.equal(holds, false);
    assert.match(why[0] ?? '', /cut: it ends at byte \d+, in the middle of a packet/);
  });

  it('bytes that were sent and not recorded are missed', async () => {
    const { holds, why } = await coverage(LINES, 0, (wireBytes) => wireBytes < 10_000);
    assert.equal(holds, false);
    assert.match(why.at(-1) ?? '', /^\d+ bytes were sent and not recorded$/);
  });
});

function line(fields: object): Exchange {
  const at = Date.UTC(2026, 10, 24, 22, 44, 0);
  return exchangeSchema.parse({ at, endedAt: at + 59_000, host: 'host.example', ...fields });
}

async function coverage(
  lines: readonly Exchange[],
  cut = 0,
  keep: (wireBytes: number) => boolean = () => true,
): Promise<Coverage> {
  const bytes = readFileSync(new URL('captures/loopback.pcap', import.meta.url));
  const table = flowTable();
  const reader = packetReader((packet) => {
    if (keep(packet.wireBytes)) table.add(packet);
  });
  reader.push(cut === 0 ? bytes : bytes.subarray(0, cut));
  return await coverageOf(table, reader.end(), lines);
}
