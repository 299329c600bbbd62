import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { firstWords } from '../../../../harness/gather/tap/packets/first-words.ts';
import type { Flow, FlowTable } from '../../../../harness/gather/tap/packets/flows.ts';
import { flowTable } from '../../../../harness/gather/tap/packets/flows.ts';
import type { ReadTo } from '../../../../harness/gather/tap/packets/reader.ts';
import { packetReader } from '../../../../harness/gather/tap/packets/reader.ts';

/*
 * Captures made by tcpdump 4.99.3 of curl, bash and Node on a loopback interface; converted by editcap 4.0.17. What
 * is expected of them is what tshark 4.0.17 says: -q -z conv,tcp -z conv,udp; tcp.len by stream; ClientHello fields.
 */
const FILES = ['loopback.pcap', 'loopback-nanoseconds.pcap', 'loopback.pcapng'] as const;

/** Server's port, frames and bytes of both sides, payload up and down. */
const CONVERSATIONS = [
  ['tcp', 33612, 18443, 15, 1328, 2555, 738, 2151],
  ['tcp', 33626, 18443, 15, 1067, 21948, 477, 21544],
  ['tcp', 42666, 18888, 17, 1532, 2640, 876, 2170],
  ['tcp', 33630, 18443, 14, 1276, 2555, 740, 2151],
  ['tcp', 42678, 18888, 11, 1130, 1698, 660, 1426],
  ['tcp', 33634, 18443, 11, 994, 1679, 524, 1407],
  ['tcp', 43142, 18080, 10, 488, 399, 84, 127],
  ['tcp', 38880, 18081, 10, 602, 477, 78, 125],
  ['tcp', 51780, 18099, 2, 74, 54, 0, 0],
  ['tcp', 40942, 18025, 11, 341, 434, 3, 30],
  ['udp', 53977, 18053, 2, 52, 52, 10, 10],
] as const;

describe('conversations in a packet capture', () => {
  for (const file of FILES) {
    it(`${file}: the same conversations, frames, bytes and payloads as tshark counts`, () => {
      const { table, read } = reading(capture(file));
      assert.deepEqual(read, { packets: 118, wireBytes: 43375, state: 'whole', why: null });
      assert.deepEqual(table.flows.map(row), CONVERSATIONS);
      assert.deepEqual(table.control, { packets: 0, bytes: 0 });
    });
  }

  it('a capture of all interfaces (Linux cooked) holds the same conversations with six bytes more a frame', () => {
    const { table, read } = reading(capture('any-interface.pcap'));
    assert.deepEqual([read.packets, read.wireBytes], [118, 43375 + 118 * 6]);
    assert.deepEqual(
      table.flows.map((flow) => row(flow).filter((_, at) => at < 4 || at > 5)),
      CONVERSATIONS.map((one) => one.filter((_, at) => at < 4 || at > 5)),
    );
  });

  it('names and protocols stand as in the ClientHello, behind a CONNECT as well', async () => {
    const { table } = reading(capture('loopback.pcap'));
    const told = await Promise.all(
      table.flows.map(async (flow) => {
        const { target, hello } = await firstWords(flow.up.head());
        return [flow.server.port, target?.host ?? null, hello?.sni ?? null, hello?.alpn.join()];
      }),
    );
    const alpn = 'h2,http/1.1';
    assert.deepEqual(told.slice(0, 7), [
      [18443, null, 'visited.leaklab.test', alpn],
      [18443, null, 'visited.leaklab.test', alpn],
      [18888, 'visited.leaklab.test', 'visited.leaklab.test', alpn],
      [18443, null, 'visited.leaklab.test', alpn],
      [18888, 'refused.leaklab.test', 'refused.leaklab.test', alpn],
      [18443, null, 'refused.leaklab.test', alpn],
      [18080, null, null, undefined],
    ]);
  });

  it('IPv6 addresses are written short', () => {
    const { table } = reading(capture('loopback.pcap'));
    assert.equal(table.flows.find(({ server }) => server.port === 18081)?.client.address, '::1');
  });

  it('pieces of any size give the same conversations', () => {
    const whole = reading(capture('loopback.pcapng')).table.flows.map(row);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (size) => {
        const { table } = reading(capture('loopback.pcapng'), size);
        assert.deepEqual(table.flows.map(row), whole);
      }),
      { numRuns: 30 },
    );
  });

  it('a file that breaks off in the middle of a packet says so, and keeps what came before', () => {
    const bytes = capture('loopback.pcap');
    const { read } = reading(bytes.subarray(0, bytes.length - 10));
    assert.deepEqual([read.packets, read.state], [117, 'cut']);
  });

  it('bytes of chance are never a whole capture, and never throw', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FILES),
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        (file, noise) => {
          // The head of a real file, so that the noise is read as packets and not just refused.
          const bytes = Buffer.concat([capture(file).subarray(0, 24), Buffer.from(noise)]);
          const { read, table } = reading(bytes);
          const counted = table.flows.reduce((sum, one) => sum + one.bytesUp + one.bytesDown, 0);
          assert.equal(counted + table.control.bytes, read.wireBytes);
        },
      ),
    );
  });

  it('a real capture with any bytes changed never throws, and its classes add up', () => {
    const change = fc.tuple(fc.nat(45_000), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 200 }), (changes) => {
        const bytes = Buffer.from(capture('loopback.pcap'));
        for (const [at, value] of changes) bytes[at] = value;
        const { read, table } = reading(bytes);
        const counted = table.flows.reduce((sum, one) => sum + one.bytesUp + one.bytesDown, 0);
        assert.equal(counted + table.control.bytes, read.wireBytes);
      }),
    );
  });
});

function capture(file: string): Buffer {
  return readFileSync(new URL(`captures/${file}`, import.meta.url));
}

function reading(bytes: Buffer, size = bytes.length): { table: FlowTable; read: ReadTo } {
  const table = flowTable();
  const reader = packetReader((packet) => {
    table.add(packet);
  });
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return { table, read: reader.end() };
}

function row(flow: Flow): (string | number)[] {
  const { protocol, client, server, packets, bytesUp, bytesDown, up, down } = flow;
  return [protocol, client.port, server.port, packets, bytesUp, bytesDown, up.bytes, down.bytes];
}
