import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encode, PacketReader } from '../../../harness/handset/adb/packet.ts';

describe('adb packets', () => {
  it('look on the wire as AOSP documents them', () => {
    // "CNXN", version, maxdata, length 7, byte sum of "host::\0" = 104+111+115+116+58+58, inverted command.
    assert.equal(
      encode('CNXN', 0x01000000, 4096, 'host::\0').toString('hex'),
      [
        '434e584e',
        '00000001',
        '00100000',
        '07000000',
        '32020000',
        'bcb1a7b1',
        '686f73743a3a00',
      ].join(''),
    );
    assert.equal(
      encode('OKAY', 1, 2).toString('hex'),
      ['4f4b4159', '01000000', '02000000', '00000000', '00000000', 'b0b4bea6'].join(''),
    );
  });

  it('are read back the same, however the bytes are chopped', () => {
    const packet = fc.record(
      {
        command: fc.constantFrom(
          'CNXN' as const,
          'OPEN' as const,
          'WRTE' as const,
          'CLSE' as const,
        ),
        arg0: fc.nat(),
        arg1: fc.nat(),
        payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(
        fc.array(packet, { maxLength: 6 }),
        fc.integer({ min: 1, max: 90 }),
        (packets, step) => {
          const wire = Buffer.concat(
            packets.map(({ command, arg0, arg1, payload }) => encode(command, arg0, arg1, payload)),
          );
          const reader = new PacketReader();
          const read = [];
          for (let at = 0; at < wire.length; at += step) {
            read.push(...reader.push(wire.subarray(at, at + step)));
          }
          assert.deepEqual(read, packets);
          assert.equal(reader.broken, false);
        },
      ),
    );
  });

  it('never make the reader throw, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 5 }), (chunks) => {
        const reader = new PacketReader();
        for (const chunk of chunks) reader.push(Buffer.from(chunk));
      }),
    );
  });

  it('end the conversation when the magic is wrong or the payload too long', () => {
    const wrong = encode('OKAY', 1, 2);
    wrong.writeUInt32LE(0, 20);
    const long = encode('WRTE', 1, 2);
    long.writeUInt32LE(2 ** 20 + 1, 12);
    for (const bytes of [wrong, long]) {
      const reader = new PacketReader();
      assert.deepEqual(reader.push(Buffer.concat([bytes, encode('OKAY', 1, 2)])), []);
      assert.equal(reader.broken, true);
    }
  });
});
