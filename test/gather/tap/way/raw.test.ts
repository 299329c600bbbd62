import assert from 'node:assert/strict';
import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import type { RawEvent } from '../../../../harness/gather/tap/reader/events.ts';
import { openPressure } from '../../../../harness/gather/tap/lines/pressure.ts';
import { blocked } from '../../../../harness/gather/tap/way/dial.ts';
import { carryRaw } from '../../../../harness/gather/tap/way/raw.ts';

describe('a raw stream that nobody takes', () => {
  it('is told with its first word, though that comes after it was refused', async () => {
    const [phone, ours] = duplexPair();
    const closed = once(ours, 'close');
    const told: RawEvent[] = [];
    const refused = Promise.withResolvers<null>();
    const to = { id: 'x', peerPort: 1, host: 'tls.known.leaklab.test', port: 443 };
    const carried = carryRaw(ours, to, {
      dial: blocked,
      roots: [],
      pressure: openPressure(),
      tell: (event) => {
        told.push(event);
        if (event.kind === 'raw-refused') refused.resolve(null);
      },
    });
    await refused.promise;
    phone.write('a canary');
    await carried;
    await closed;
    assert.deepEqual(
      told.map((event) => (event.kind === 'raw-bytes' ? String(event.bytes) : event.kind)),
      ['raw', 'raw-refused', 'a canary', 'raw-end'],
    );
  });
});
