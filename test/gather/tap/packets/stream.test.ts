import assert from 'node:assert/strict';
import fc from 'fast-check';
import { streamSide } from '../../../../harness/gather/tap/packets/stream.ts';

describe('one direction of a TCP connection', () => {
  it('segments out of order, sent again and overlapping give every byte once, wherever the numbers wrap', () => {
    const segments = fc.array(fc.tuple(fc.nat(2_000), fc.integer({ min: 1, max: 700 })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), segments, (first, cuts) => {
        const data = Buffer.from(Array.from({ length: 2_800 }, (_, n) => (n * 7) % 251));
        const side = streamSide();
        side.open(first);
        const seen = new Set<number>();
        let sent = 0;
        for (const [at, length] of cuts) {
          const piece = data.subarray(at, at + length);
          sent += piece.length;
          for (let n = at; n < at + piece.length; n++) seen.add(n);
          side.add((first + 1 + at) >>> 0, piece, 0, piece.length, piece.length);
        }
        let whole = 0;
        while (seen.has(whole)) whole += 1;
        assert.equal(side.bytes, seen.size);
        assert.equal(side.again, sent - seen.size);
        assert.equal(side.missing, Math.max(...seen) + 1 - seen.size);
        assert.deepEqual(side.head(), data.subarray(0, whole));
      }),
    );
  });

  it('a keep-alive of a connection met half-way is no new byte', () => {
    const side = streamSide();
    side.add(1_000, Buffer.from('abc'), 0, 3, 3);
    side.add(999, Buffer.from('x'), 0, 1, 1);
    assert.deepEqual([side.bytes, side.again, side.head().toString()], [3, 1, 'abc']);
  });

  it('what was sent and not captured counts, and is not in the head', () => {
    const side = streamSide();
    side.open(0);
    side.add(1, Buffer.from('abcdef'), 0, 3, 1_400);
    assert.deepEqual([side.bytes, side.missing, side.head().toString()], [1_400, 0, 'abc']);
  });
});
