import assert from 'node:assert/strict';
import type { Night } from '../../../harness/judge/nights/nights.ts';
import { seriesOf } from '../../../harness/judge/nights/nights.ts';
import { nightsInWords } from '../../../harness/judge/nights/words.ts';
import { judge } from '../../../harness/judge/judge.ts';
import type { Block, Plan } from '../../../harness/record/plan/plan.ts';
import { aBlock, anExchange, aPlan, twelvePairs, valueOf } from '../../builders.ts';

const GAME = { stake: 0.5, side: 'either' as const, family: 2 };

describe('a series of nights', () => {
  it('grows with every night on which the same arm shows more, and says when that is no chance any more', async () => {
    const nights: Night[] = [];
    for (let n = 0; n < 12; n++) nights.push(await aNight(n, { leaks: 'normal' }));
    const [page, words] = seriesOf(nights);
    assert.equal(page?.signs.join(''), '1'.repeat(12));
    // (3^12 + 1) / 2^13 against two games at 5 %.
    assert.ok(words);
    assert.equal(page.capital.toFixed(6), '64.873291');
    assert.deepEqual([page.needed, page.found, page.silent], [40, true, []]);
    assert.deepEqual([words.capital, words.found], [1, false]);
    const text = nightsInWords(seriesOf(nights)).join('\n');
    assert.match(text, /ever 40 times what it began with: 2 games at once, 5 %/);
    assert.match(
      text,
      /phone: mode normal against incognito: visited page: the arms DIFFER; 12 nights \+{12}, capital 64\.9, at most 64\.9/,
    );
  });

  it('holds nights of one ROM, one version and one game, and bets on none without an answer', async () => {
    const other = { ...aBlock().expected, rom: 'MIUI V12 global' };
    const nights = [
      await aNight(1, { leaks: 'normal' }),
      await aNight(2, { leaks: 'normal', block: aBlock({ expected: other }) }),
      { ...(await aNight(3, { leaks: 'normal' })), contrasts: null },
      await aNight(4, { leaks: 'incognito' }),
    ];
    const changed = await aNight(5, { leaks: 'normal' });
    const [page] = seriesOf(nights);
    assert.deepEqual([page?.signs, page?.silent], [[1, 0, -1], [nights[2]?.run]]);
    const [anew] = seriesOf([
      ...nights,
      { ...changed, plan: { ...changed.plan, game: { ...GAME, stake: 0.25 } } },
    ]);
    assert.ok(anew);
    assert.deepEqual(anew.signs, [1]);
    assert.deepEqual(nightsInWords([anew]), []);
  });
});

interface Truth {
  readonly leaks: 'normal' | 'incognito';
  readonly block?: Block;
}

/** What is judged of a night hangs on who leaks alone: once is enough for all nights. */
const known = new Map<string, Night['contrasts']>();

async function aNight(n: number, { leaks, block = aBlock() }: Truth): Promise<Night> {
  const run = `202611${String(n + 10)}T021000Z-incognito-0000`;
  const plan = aPlan({ run, blocks: [block], game: GAME });
  const contrasts = known.get(leaks) ?? (await judgedWhere(leaks, plan));
  known.set(leaks, contrasts);
  return { run, plan, contrasts };
}

async function judgedWhere(leaks: string, plan: Plan): Promise<Night['contrasts']> {
  const trials = twelvePairs({ mode: 'normal' }, { mode: 'incognito' });
  const { verdicts } = await judge({
    plan,
    ledgerHead: 'f'.repeat(64),
    codeVersion: '0.1.0',
    devices: [],
    trials,
    exchanges: (id) =>
      trials
        .filter((trial) => trial.id === id && trial.condition['mode'] === leaks)
        .map((trial) =>
          anExchange({ url: `https://collector.example/?u=${valueOf(trial, 'visited page')}` }),
        ),
    body: () => null,
  });
  return verdicts.contrasts;
}
