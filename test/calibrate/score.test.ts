import assert from 'node:assert/strict';
import { calibrationOf } from '../../harness/calibrate/rates.ts';
import type { Cell } from '../../harness/calibrate/score.ts';
import { cellsOf } from '../../harness/calibrate/score.ts';
import type { Leak } from '../../harness/calibrate/truth.ts';
import { calibrationLines } from '../../harness/cli/print/calibration.ts';
import type { Verdict } from '../../harness/judge/verdicts/shape.ts';
import { aVerdict } from '../builders.ts';

const MODE = { mode: 'incognito' };

describe('verdicts held against the truth', () => {
  it('a leak that is said is found, one without an answer is open, one said not to be seen is missed', () => {
    const outcome = (row: Partial<Verdict>): string | undefined =>
      cells([aLeak()], [aVerdict(row)])[0]?.outcome;
    assert.equal(outcome({ answer: 'leaks', host: 'h.example' }), 'found');
    assert.equal(outcome({ answer: 'inconclusive' }), 'open');
    assert.equal(outcome({ answer: 'not seen', bounds: bounds(0.22) }), 'missed');
    assert.equal(cells([aLeak()], [])[0]?.outcome, 'open');
  });

  it('a leak that is said and not built in is invented, whoever else leaks', () => {
    const rows = [
      aVerdict({ answer: 'leaks', host: 'h.example' }),
      aVerdict({ answer: 'leaks', host: 'other.example' }),
    ];
    assert.deepEqual(
      cells([aLeak()], rows).map(({ host, outcome }) => [host, outcome]),
      [
        ['h.example', 'found'],
        ['other.example', 'invented'],
      ],
    );
  });

  it('a leak of chance is missed only above the printed bound', () => {
    const row = aVerdict({ answer: 'not seen', bounds: bounds(0.22) });
    assert.equal(cells([aLeak({ chance: 0.2 })], [row])[0]?.outcome, 'quiet');
    assert.equal(cells([aLeak({ chance: 0.23 })], [row])[0]?.outcome, 'missed');
  });

  it('a sealed leak that is said not to be seen contradicts the truth like any other', () => {
    const row = aVerdict({ answer: 'not seen', bounds: bounds(0.22) });
    assert.equal(cells([aLeak({ sealed: 'past the proxy' })], [row])[0]?.outcome, 'missed');
  });

  it('the interval that is printed holds the true rate, or it does not', () => {
    const held = (rate: [number, number]): boolean | null | undefined =>
      cells([aLeak()], [aVerdict({ answer: 'leaks', host: 'h.example', rate })])[0]?.held;
    assert.equal(held([0.74, 1]), true);
    assert.equal(held([0.5, 0.99]), false);
  });

  it('what left after its window was found in its trial: no decoder missed it', () => {
    const row = aVerdict({
      answer: 'leaks',
      host: 'h.example',
      rate: [0.5, 0.99],
      seen: 9,
      late: 2,
    });
    const { trials, bounds: told } = calibrationOf(cells([aLeak()], [row]), {
      sound: 12,
      void: 0,
    }).all;
    assert.deepEqual(
      [trials, told],
      [
        { k: 11, n: 12 },
        { k: 0, n: 1 },
      ],
    );
  });

  it('counts leaks, trials, silences and bounds, and names what contradicts', () => {
    const found = aVerdict({ answer: 'leaks', host: 'h.example', rate: [0.74, 1], seen: 11 });
    const all = [
      ...cells([aLeak()], [found]),
      ...cells(
        [aLeak({ wrappings: ['aes'] })],
        [aVerdict({ answer: 'not seen', bounds: bounds(0.22) })],
      ),
      ...cells([], [aVerdict({ answer: 'inconclusive', reasons: ['opaque'] })]),
    ];
    const calibration = calibrationOf(all, { sound: 36, void: 1 });
    assert.deepEqual(calibration.all, {
      sensitivity: { k: 1, n: 2 },
      trials: { k: 11, n: 24 },
      specificity: { k: 1, n: 1 },
      open: 1,
      reasons: { opaque: 1 },
      bounds: { k: 1, n: 2 },
    });
    assert.deepEqual(calibration.ways, [
      { way: 'aes over https', found: 0, of: 12 },
      { way: 'json › gzip over https', found: 11, of: 12 },
    ]);
    assert.deepEqual(calibrationLines(calibration, { seconds: 9, profiles: 1 }), [
      '',
      'CALIBRATION on 1 ROM profiles · REFERENCE HANDSET · 36 sound trials, 1 void, 9 s',
      '         found        by trial  not invented  no answer  bounds held',
      '        1 of 2        11 of 24        1 of 1          1       1 of 2  all',
      'by scenario',
      '        1 of 2        11 of 24        1 of 1          1       1 of 2  incognito',
      'by profile',
      '        1 of 2        11 of 24        1 of 1          1       1 of 2  made-up',
      'by condition',
      '        1 of 2        11 of 24        1 of 1          1       1 of 2  mode incognito',
      'by wrapping',
      '        0 of 1         0 of 12             –          0       0 of 1  aes',
      '        1 of 1        11 of 12             –          0       1 of 1  json › gzip',
      'by transport',
      '        1 of 2        11 of 24             –          0       1 of 2  https',
      'no answer because: opaque 1',
      'no miss in 299 leaking trials or more, by wrapping (over 99 %, at 95 %): none',
      '  not found in 12 of 12: aes',
      '  not found in 1 of 12: json › gzip',
      'no miss in 299 leaking trials or more, by transport (over 99 %, at 95 %): none',
      '  not found in 13 of 24: https',
      'VERDICTS THAT CONTRADICT THE TRUTH: 1',
      '  made-up, incognito (incognito): visited page → h.example leaks, and is said not to be seen',
    ]);
  });
});

function cells(truth: readonly Leak[], verdicts: readonly Verdict[]): Cell[] {
  return cellsOf({
    scenario: 'incognito',
    profile: 'made-up',
    conditions: [{ condition: MODE, truth }],
    canaries: ['visited page'],
    verdicts,
  });
}

function aLeak(differs: Partial<Leak> = {}): Leak {
  return {
    canary: 'visited page',
    host: 'h.example',
    collector: 'made',
    on: 'page-opened',
    chance: 1,
    form: 'whole',
    wrappings: ['json', 'gzip'],
    transport: 'https',
    encrypted: true,
    late: false,
    sealed: null,
    afterMs: 0,
    ...differs,
  };
}

function bounds(visits: number): Verdict['bounds'] {
  return {
    visits,
    withVoids: visits,
    simultaneous: visits,
    phones: 0.95,
    ofPhones: 1,
    sensitivity: null,
  };
}
