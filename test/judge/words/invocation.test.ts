import assert from 'node:assert/strict';
import { primariesInWords } from '../../../harness/judge/words/invocation.ts';
import type { Contrast } from '../../../harness/judge/verdicts/shape.ts';

describe('the primaries of one invocation', () => {
  it('are adjusted together, those that were planned and gave no p too', () => {
    const rows = [
      aPrimary('incognito', 0.001),
      aPrimary('basics', 0.01),
      { ...aPrimary('where', 0.02), p: null, reasons: ['void-rate' as const] },
    ];
    // Holm over 5: 5 × 0.001 and 4 × 0.01 (R: p.adjust(c(0.001, 0.01, 1, 1, 1), "holm")).
    assert.deepEqual(primariesInWords(rows, 5), [
      'the 5 primary contrasts of this invocation, adjusted together (Holm over maxT)',
      '  incognito on phone (mint), mode normal against incognito: smallest p = 0.005',
      '  basics on phone (mint), mode normal against incognito: smallest p = 0.04',
      '  where on phone (mint), mode normal against incognito: no p (void-rate)',
    ]);
    assert.deepEqual(primariesInWords([], 5), []);
  });
});

function aPrimary(scenario: string, p: number): Contrast {
  return {
    scenario,
    device: 'phone',
    browser: 'mint',
    canary: 'visited page',
    host: 'tell.example',
    factor: 'mode',
    levels: ['normal', 'incognito'],
    held: {},
    statistic: '',
    difference: null,
    interval: null,
    p,
    pAdjusted: p,
    family: 1,
    pOverInvocation: p,
    invocation: 5,
    smallestP: 0.0005,
    primary: true,
    kind: 'randomised',
    role: 'claim',
    pairs: 12,
    ownP: p,
    reasons: [],
  };
}
