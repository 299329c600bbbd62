import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { exchangeSchema } from '../../../../harness/record/exchange.ts';
import { formsOf } from '../../../../harness/judge/sightings/forms.ts';
import { makeSearch } from '../../../../harness/judge/sightings/sightings.ts';
import { bytesOf } from '../grid/search-for.ts';
import { python, script } from './python.ts';

/** `npm run grid:python` runs these shares, as documented, and prints each miss; `npm test` a hundredth. */
const FULL = process.env['LEAKLAB_GRID'] === 'python';
const KINDS = [
  { kind: 'single', title: 'under a single wrapping', share: 10, least: 0.96 },
  { kind: 'place', title: 'at further places', share: 50, least: 0.95 },
  { kind: 'split', title: 'cut into two pieces', share: 50, least: 0.88 },
  { kind: 'nest', title: 'under random nestings of two to four', share: 30, least: 0.75 },
] as const;
const SEED = 7;

describe('the grid of Python’s encoders', () => {
  for (const { kind, title, share, least } of KINDS) {
    it(`is found at ${100 * least} of 100 ${title}, and no decoy is ever seen`, async function () {
      this.timeout(FULL ? 3_600_000 : 120_000);
      const command = await python();
      if (command === null) {
        process.stdout.write('      no python3 here: the second grid is not tried\n');
        this.skip();
      }
      const { cases, missed, wrong, missing } = await searched(command, kind, share);
      if (missing.length > 0) process.stdout.write(`      without ${missing.join(', ')}\n`);
      if (FULL) told(kind, cases, missed);
      assert.deepEqual(wrong, []);
      assert.ok(cases >= 20, `${cases} cases`);
      assert.ok(cases - missed.length >= least * cases, missed.map(nameOf).join('\n'));
    });
  }
});

interface Missed {
  readonly canary: string;
  readonly form: string;
  readonly chain: readonly string[];
  readonly place: string;
}

async function searched(
  command: string,
  kind: string,
  share: number,
): Promise<{
  readonly cases: number;
  readonly missed: readonly Missed[];
  readonly wrong: readonly string[];
  readonly missing: readonly string[];
}> {
  await using child = await script(
    command,
    'grid.py',
    kind,
    `${FULL ? share : share / 100}`,
    `${SEED}`,
  );
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { canaries, salt, missing } = HEAD.parse(JSON.parse((await lines.next()).value ?? ''));
  await using search = makeSearch(
    canaries.flatMap((owner) =>
      formsOf(owner, [salt]).map((form) => ({ owner: owner.name, form })),
    ),
  );
  const missed: Missed[] = [];
  const wrong: string[] = [];
  let cases = 0;
  for await (const line of { [Symbol.asyncIterator]: () => lines }) {
    const { exchanges, ...one } = CASE.parse(JSON.parse(line));
    cases++;
    const seen = new Set<string>();
    for (const exchange of exchanges)
      for (const { owner } of (await search.exchange(exchange, bytesOf)).sightings) seen.add(owner);
    if (!seen.delete(one.canary)) missed.push(one);
    for (const owner of seen) wrong.push(`${nameOf(one)}: ${owner}`);
  }
  assert.equal(await child.ended, 0);
  return { cases, missed, wrong, missing };
}

function told(kind: string, cases: number, missed: readonly Missed[]): void {
  const found = cases - missed.length;
  process.stdout.write(`      ${kind}: ${found} of ${cases} found (seed ${SEED})\n`);
  const by = Map.groupBy(missed, ({ chain, place }) =>
    kind === 'single' ? chain.join() : kind === 'nest' ? (chain.at(0) ?? '') : place,
  );
  const sorted = [...by].sort(([, a], [, b]) => b.length - a.length);
  for (const [what, all] of sorted) process.stdout.write(`        ${all.length} ${what}\n`);
  for (const one of missed) process.stdout.write(`        missed: ${nameOf(one)}\n`);
}

function nameOf({ canary, form, chain, place }: Missed): string {
  return `${canary} ${form} › ${chain.join(' › ')} in ${place}`;
}

const HEAD = z.object({
  canaries: z.array(z.object({ name: z.string(), value: z.string(), mold: z.string().optional() })),
  salt: z.string(),
  missing: z.array(z.string()),
});
const CASE = z.object({
  canary: z.string(),
  form: z.string(),
  chain: z.array(z.string()),
  place: z.string(),
  exchanges: z.array(exchangeSchema),
});
