import assert from 'node:assert/strict';
import { isApart } from '../../../harness/judge/compare/apart.ts';
import { compare } from '../../../harness/judge/compare/compare.ts';
import { factsOf } from '../../../harness/judge/compare/facts.ts';
import type { Side } from '../../../harness/judge/compare/side.ts';
import type { Comparison, Sided } from '../../../harness/judge/compare/shape.ts';
import { lot } from '../../../harness/record/plan/lot.ts';
import { probability } from '../../../harness/judge/statistics/rate.ts';
import { aRun, BOTH, COLLECTOR, report, uuidOf } from './records.ts';
import type { Told } from './records.ts';

describe('firmware against firmware', () => {
  const compared = async (
    a: readonly Omit<Told, 'run'>[],
    b: readonly Omit<Told, 'run'>[],
    kind: Sided['kind'] = 'app version',
  ): Promise<Comparison> => {
    const side = async (term: string, runs: readonly Omit<Told, 'run'>[]): Promise<Side> => {
      const blocks = await Promise.all(
        runs.map((told, i) => factsOf(aRun({ run: `run-${term}${i}`, ...told }))),
      );
      return { term, blocks: blocks.flat() };
    };
    return compare(await side('A', a), await side('B', b), kind);
  };
  const words = ({ structure }: Comparison): string[] =>
    structure.map(({ change, kind, what }) => `${change} ${kind} ${what}`);

  it('says that nothing changed where nothing did', async () => {
    const same = { sent: (trial: Parameters<typeof report>[0]) => [report(trial)] };
    const {
      changed,
      answers,
      contrasts,
      structure,
      undecided,
      compared: count,
    } = await compared([same], [same]);
    assert.equal(changed, false);
    assert.deepEqual([answers, contrasts, structure, undecided], [[], [], [], []]);
    assert.ok(count.answers > 0 && count.structure > 5);
  });

  it('names a leak that stopped, with counts, bound and the line that proves it on both sides', async () => {
    const { answers } = await compared(
      [{ conditions: BOTH, sent: (trial) => [report(trial)] }],
      [{ conditions: BOTH, version: '3.4.3' }],
    );
    assert.deepEqual(
      answers.map(({ change, canary, host, underA, a, b }) => [
        change,
        canary,
        host,
        underA,
        a.seen,
        a.sound,
        b.answer,
        b.sound,
      ]),
      [
        ['stopped', 'visited page', COLLECTOR, { mode: 'normal' }, 12, 12, 'not seen', 12],
        ['stopped', 'visited page', COLLECTOR, { mode: 'incognito' }, 12, 12, 'not seen', 12],
      ],
    );
    const [first] = answers;
    assert.deepEqual([first?.a.evidence.trial, first?.a.evidence.line], ['phone-01', 2]);
    assert.equal(first?.b.evidence.trial, null);
    assert.match(first.b.evidence.ledgerHead, /^[0-9a-f]{64}$/);
    assert.equal(first.b.bound, 0.2209221919);
  });

  it('calls a change that both records show by themselves no change', async () => {
    const early = await compared(
      [{ sent: (trial) => (trial.replicate <= 6 ? [report(trial, {}, { canary: false })] : []) }],
      [{ version: '3.4.3' }],
    );
    assert.deepEqual(
      early.structure,
      [],
      'half of the replicates against none, but the halves differ',
    );
    const odd = await compared(
      [
        {
          sent: (trial) =>
            trial.replicate % 2 === 1 ? [report(trial, {}, { canary: false })] : [],
        },
      ],
      [{ version: '3.4.3' }],
    );
    assert.deepEqual(odd.structure, []);
  });

  it('does not tell a rare thing from chance, and says so of a rare leak', async () => {
    const rare = (trial: { replicate: number }): boolean => trial.replicate === 5;
    const { changed, answers, undecided } = await compared(
      [{ sent: (trial) => (rare(trial) ? [report(trial)] : []) }],
      [{ version: '3.4.3' }],
    );
    assert.deepEqual([changed, answers], [false, []]);
    assert.deepEqual(
      undecided.map(({ change, a, b }) => [change, a.seen, a.sound, b.seen, b.sound]),
      [['stopped', 1, 12, 0, 12]],
    );
  });

  it('takes two counts of one rate for different ones less than three times in a thousand', () => {
    for (const [n, m] of [
      [6, 6],
      [12, 12],
      [12, 24],
      [24, 24],
    ] as const) {
      for (let rate = 0.02; rate < 1; rate += 0.02) {
        let sum = 0;
        for (let x = 0; x <= n; x++) {
          for (let y = 0; y <= m; y++) {
            if (isApart({ k: x, n }, { k: y, n: m }))
              sum += probability(x, n, rate) * probability(y, m, rate);
          }
        }
        assert.ok(sum < 0.003, `${n} against ${m} at ${rate}: ${sum}`);
      }
    }
  });

  it('does not report what two runs of one side disagree about', async () => {
    const leaks = {
      sent: (trial: Parameters<typeof report>[0]) => [report(trial, {}, { canary: false })],
    };
    const { structure, dropped } = await compared([leaks, {}], [{ version: '3.4.3' }]);
    assert.deepEqual(structure, []);
    assert.ok(dropped > 0);
  });

  it('folds the endpoints and fields of a new recipient beneath it, and ranks it by what it carries', async () => {
    const comparison = await compared(
      [{ sent: (trial) => [report(trial, {}, { canary: false })] }],
      [
        {
          version: '3.4.3',
          sent: (trial) => [
            report(trial, { size: 3 }, { canary: false }),
            report(
              trial,
              { imei: '860000000000000' },
              { host: 'data.stranger.example', canary: false },
            ),
          ],
        },
      ],
    );
    assert.deepEqual(words(comparison), [
      'appeared recipient data.stranger.example',
      `appeared field POST ${COLLECTOR}/sa data_list.$[].properties.size`,
    ]);
    const [first, second] = comparison.structure;
    assert.equal(first?.with[0], 'POST data.stranger.example/sa');
    assert.ok(
      first.with.includes('data_list.$[].properties.imei (constant or hardware: undetermined)'),
    );
    assert.ok(first.weight > (second?.weight ?? 100));
    assert.deepEqual([first.a.k, first.a.n, first.b.k, first.b.n], [0, 12, 12, 12]);
  });

  it('names an identifier that lives longer than it did', async () => {
    const id = (life: (trial: string, i: number) => string) => ({
      sent: (trial: Parameters<typeof report>[0]) =>
        [0, 1, 2].map((i) =>
          report(
            trial,
            { tag: uuidOf(life(trial.id, i)) },
            { id: `r${i}`, at: 4_000 + i, canary: false },
          ),
        ),
    });
    const { structure } = await compared(
      [id((trial, i) => `${trial} ${i}`)],
      [{ version: '3.4.3', ...id(() => 'burnt in') }],
    );
    assert.deepEqual(
      structure.map(({ kind, what, classA, classB, meaning }) => [
        kind,
        what,
        classA,
        classB,
        meaning,
      ]),
      [
        [
          'class',
          `POST ${COLLECTOR}/sa data_list.$[].properties.tag`,
          'per-request',
          'constant or hardware: undetermined',
          'the phone can be known again for longer',
        ],
      ],
    );
  });

  it('names a switch that came and a caption that is another one, and compares each level of the new switch', async () => {
    const [off, on] = [
      { mode: 'incognito', 'enhanced incognito': 'off' },
      { mode: 'incognito', 'enhanced incognito': 'on' },
    ];
    const { structure, answers } = await compared(
      [
        {
          conditions: [{ mode: 'incognito' }],
          sent: (trial) => [report(trial)],
          caption: 'Incognito',
        },
      ],
      [
        {
          version: '3.4.3',
          conditions: [off, on],
          caption: 'Private',
          sent: (trial) => (trial.condition['enhanced incognito'] === 'on' ? [report(trial)] : []),
        },
      ],
    );
    assert.deepEqual(
      structure
        .filter(({ kind }) => kind !== 'recipient')
        .map(({ change, kind, what, with: said }) => [change, kind, what, said]),
      [
        ['appeared', 'switch', 'enhanced incognito', ['Private']],
        ['changed', 'caption', 'mode', ['“Incognito” → “Private”']],
      ],
    );
    assert.deepEqual(
      answers.map(({ change, underB }) => [change, underB]),
      [['stopped', off]],
    );
  });

  it('names words that came to a screen which both versions show', async () => {
    const comparison = await compared(
      [{ screen: ['Incognito mode', 'Downloads'] }],
      [{ version: '3.4.3', screen: ['Incognito mode', 'Downloads', 'Help us improve Mi Browser'] }],
    );
    assert.deepEqual(words(comparison), [
      'appeared caption “Help us improve Mi Browser” on the screen of mode',
    ]);
  });

  it('holds the ROM where it can, and says confounded where it cannot', async () => {
    const other = 'MIUI V12.0.1.0.QCOMIXM global';
    const both = await compared([{}, { rom: other, device: 'second' }], [{ version: '3.4.3' }]);
    assert.deepEqual([both.confounded, both.leftOut.length], [[], 1]);
    assert.match(
      both.leftOut[0] ?? '',
      /^A: incognito on second, Mint Browser 3\.4\.0 .* has no counterpart$/,
    );
    const mixed = await compared([{}], [{ version: '3.4.3', rom: other }]);
    assert.deepEqual(mixed.confounded, ['app version', 'ROM']);
  });

  describe('between installations', () => {
    const HOUR = 3_600_000;
    /** Pairs of flashes of one phone in the order of the lot of these records' seed, or in the other one. */
    const flashes = (pairs: number, isKept = true) => {
      const order = lot('tuesday', pairs).map((low) => low === isKept);
      const at = (i: number, isFirst: boolean): number =>
        Date.UTC(2026, 10, 1) + (2 * i + (isFirst ? 0 : 1)) * HOUR;
      const told = { replicates: 6 };
      return [
        order.map((first, i) => ({
          ...told,
          startedAt: at(i, first),
          sent: (trial: Parameters<typeof report>[0]) => [report(trial)],
        })),
        order.map((first, i) => ({ ...told, startedAt: at(i, !first), version: '3.4.3' })),
      ] as const;
    };

    it('gives p over pairs where a lot drew the order of six: 2 of 64 for always against never', async () => {
      const [a, b] = flashes(6);
      const { kind, answers, structure, units } = await compared(a, b);
      assert.equal(kind, 'randomised');
      assert.deepEqual([units.a, units.b], [6, 6]);
      assert.ok(answers.length > 0 && structure.length > 0);
      for (const { p } of [...answers, ...structure]) assert.equal(p, 2 / 64);
    });

    it('gives none where the order is not the lot’s, or pairs are too few, and says why', async () => {
      const cases = [
        [flashes(6, false), /the order of flashes is not the lot’s/],
        [flashes(5), /5 whole pairs of flashes/],
      ] as const;
      for (const [[a, b], why] of cases) {
        const { kind, answers, structure, units } = await compared(a, b);
        assert.equal(kind, 'descriptive');
        assert.match(units.why, why);
        for (const { p } of [...answers, ...structure]) assert.equal(p, null);
      }
    });

    it('counts an installation once, however many trials it has: six trials a flash give no more than six pairs', async () => {
      const [a, b] = flashes(6);
      const mixed = a.map((one, i) => (i === 0 ? { ...one, sent: () => [] } : one));
      const { answers, undecided } = await compared(mixed, b);
      assert.ok(answers.length + undecided.length > 0);
      // Five of six pairs differ, all one way: 2 of 32.
      for (const { p } of [...answers, ...undecided]) assert.equal(p, 2 / 32);
    });
  });

  it('warns where so few trials were run that nothing could be told apart', async () => {
    const few = await compared(
      [{ replicates: 5, sent: (trial) => [report(trial)] }],
      [{ replicates: 5, version: '3.4.3' }],
    );
    assert.equal(few.changed, false);
    assert.match(
      few.warnings[0] ?? '',
      /^under 1 of 1 conditions one side has fewer than 6 sound trials/,
    );
    const enough = await compared(
      [{ replicates: 6, sent: (trial) => [report(trial, {}, { canary: false })] }],
      [{ replicates: 6, version: '3.4.3' }],
    );
    assert.deepEqual([enough.changed, enough.warnings], [true, []]);
  });
});
