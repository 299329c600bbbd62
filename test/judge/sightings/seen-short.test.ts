import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SeenShort } from '../../../harness/judge/sightings/tree/short/seen-short.ts';

describe('short values that were seen to hold nothing', () => {
  it('are known again only by the very same bytes out of the same row, whatever took their place since', () => {
    const value = fc.tuple(fc.stringMatching(/^[ab]{8,12}$/), fc.constantFrom('json', 'form'));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 400 }), (values) => {
        const seen = new SeenShort();
        const noted = new Map<string, number>();
        for (const [at, [text, row]] of values.entries()) {
          const bytes = Buffer.from(`<${text}>`);
          const known = seen.word(bytes, 1, bytes.length - 1, row);
          // What was forgotten is not known; what is known was noted last of all that is the same.
          if (known !== 0) assert.equal(known, noted.get(`${row} ${text}`));
          seen.note(bytes, 1, bytes.length - 1, row, 1 + (at % 2));
          assert.equal(seen.word(bytes, 1, bytes.length - 1, row), 1 + (at % 2));
          noted.set(`${row} ${text}`, 1 + (at % 2));
        }
      }),
      { numRuns: 100 },
    );
  });
});
