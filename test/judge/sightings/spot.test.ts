import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Canary } from '../../../harness/canary.ts';
import { mint } from '../../../harness/canary.ts';
import { formsOf } from '../../../harness/judge/sightings/forms.ts';
import type { Hit } from '../../../harness/judge/sightings/spot/needle.ts';
import { makeSpotter } from '../../../harness/judge/sightings/spot.ts';

const MANY = Array.from({ length: 20 }, (_, i) =>
  mint({ page: 'page', words: 'words', title: 'title' }, { run: 'r', seed: 's', trial: String(i) }),
).flat();
const NEEDLES = MANY.flatMap((owner) => formsOf(owner).map((form) => ({ owner, form })));
const spot = makeSpotter(NEEDLES);

function placesOf(bytes: Buffer, wanted: Buffer): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) places.push(at);
  return places;
}

describe('the spotter', () => {
  it('finds every form of every canary at any place, and exactly what a plain search finds', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.integer({ min: 0, max: NEEDLES.length - 1 }),
            fc.uint8Array({ maxLength: 9 }),
          ),
          {
            maxLength: 6,
          },
        ),
        (pieces) => {
          const bytes = Buffer.concat(
            pieces.map((piece) =>
              typeof piece === 'number'
                ? (NEEDLES[piece]?.form.bytes ?? Buffer.alloc(0))
                : Buffer.from(piece),
            ),
          );
          const places = NEEDLES.flatMap((needle) =>
            placesOf(bytes, needle.form.bytes).map((at) => ({ needle, at })),
          );
          const told = (hits: readonly Hit<Canary>[]): string[] =>
            hits.map(({ needle, at }) => `${at} ${NEEDLES.indexOf(needle)}`).sort();
          assert.deepEqual(told(spot(bytes)), told(places));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds nothing when nothing is looked for', () => {
    assert.deepEqual(makeSpotter([])(Buffer.from('anything at all')), []);
  });
});

describe('the forms of a canary', () => {
  it('are all long enough not to occur by chance', () => {
    for (const { form } of NEEDLES) {
      assert.ok(form.entropy >= 48 && form.bytes.length >= 8, form.name);
    }
  });

  it('never include the host of the visited page, which every canary shares', () => {
    assert.equal(
      NEEDLES.some(({ form }) => 'https://visited.leaklab.test/'.includes(form.bytes.toString())),
      false,
    );
  });

  it('belong to one canary only', () => {
    const owners = new Map<string, string>();
    for (const { owner, form } of NEEDLES) {
      const key = form.bytes.toString('latin1');
      assert.equal(owners.get(key) ?? owner.value, owner.value);
      owners.set(key, owner.value);
    }
  });
});
