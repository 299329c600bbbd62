import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { seeded } from '../../../../harness/lib/seed.ts';
import { ENCODERS } from './all-encoders.ts';
import type { Encoder } from './encoder.ts';
import type { Planted } from './planted.ts';
import { DECOYS, ID, IMEI, PAGE, PLANTED, WORDS, dressed } from './planted.ts';
import { PLACES } from './put.ts';
import { searchFor } from './search-for.ts';

/** `npm run grid` runs every case; `npm test` every eleventh. */
const SHARE = process.env['LEAKLAB_GRID'] === 'all' ? 1 : 11;

interface Tally {
  cases: number;
  readonly missed: string[];
  readonly false: string[];
}

describe('the grid of wrappings, forms and places', () => {
  const search = searchFor([PAGE, ID, IMEI, WORDS, ...DECOYS], ['pepper']);

  const attempt = async (
    tally: Tally,
    planted: Planted,
    chain: readonly Encoder[],
    turn: number,
  ): Promise<void> => {
    let bytes = dressed(planted, turn % 2 === 1);
    for (const { textOnly, pack } of chain) {
      if (
        textOnly &&
        !(isUtf8(bytes) && bytes.every((byte) => byte >= 0x20 || byte === 10 || byte === 13))
      )
        return;
      if (bytes.length > 30_000) return;
      bytes = await pack(bytes, turn);
      // lz4js gives nothing for what does not shrink: nothing was sent then.
      if (bytes.length === 0) return;
    }
    const place = PLACES[turn % PLACES.length];
    const exchange = place?.put(bytes);
    if (!place || !exchange) return;
    tally.cases++;
    const { sightings } = await search(exchange);
    const name = `${planted.owner.name} ${planted.form} › ${chain.map((one) => one.name).join(' › ')} in ${place.name}`;
    if (!sightings.some(({ owner }) => owner === planted.owner)) tally.missed.push(name);
    for (const { owner } of sightings)
      if (owner !== planted.owner) tally.false.push(`${name}: ${owner.name}`);
  };

  it('is found at 98 of 100 under every single wrapping, and no decoy is ever seen', async () => {
    const tally: Tally = { cases: 0, missed: [], false: [] };
    let number = 0;
    for (const encoder of ENCODERS) {
      for (const planted of PLANTED) {
        for (let turn = 0; turn < 6; turn++) {
          // 17 is prime to the number of places: every pair of wrapping and place occurs.
          if (number++ % SHARE === 0) await attempt(tally, planted, [encoder], turn + 17 * number);
        }
      }
    }
    told(tally, 0.98);
  }).timeout(600_000);

  it('is found at 94 of 100 under random nestings of two to four wrappings, and no decoy is ever seen', async () => {
    const tally: Tally = { cases: 0, missed: [], false: [] };
    const chance = seeded('grid', 'nestings');
    const nestable = ENCODERS.filter(
      ({ name, lone }) => lone && !/cut off|twice|base58/.test(name),
    );
    const wanted = 4400 / SHARE;
    for (let turn = 0; tally.cases < wanted && turn < 20 * wanted; turn++) {
      const planted = PLANTED[chance.integer(PLANTED.length)];
      const chain = Array.from(
        { length: 2 + chance.integer(3) },
        () => nestable[chance.integer(nestable.length)],
      ).filter((one) => one !== undefined);
      if (planted) await attempt(tally, planted, chain, turn);
    }
    told(tally, 0.94);
  }).timeout(600_000);
});

function told({ cases, missed, false: wrong }: Tally, share: number): void {
  if (process.env['LEAKLAB_GRID'] !== undefined) {
    process.stdout.write(`      ${cases - missed.length} of ${cases} found\n`);
    for (const one of missed) process.stdout.write(`        missed: ${one}\n`);
  }
  assert.deepEqual(wrong, []);
  assert.ok(cases >= 300, `${cases} cases`);
  assert.ok(
    cases - missed.length >= share * cases,
    `${missed.length} of ${cases} missed:\n${missed.join('\n')}`,
  );
}
