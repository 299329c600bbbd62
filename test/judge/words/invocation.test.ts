import assert from 'node:assert/strict';
import type { Primary } from '../../../harness/judge/words/invocation.ts';
import { primariesInWords } from '../../../harness/judge/words/invocation.ts';

describe('the primaries of one invocation', () => {
  it('are adjusted together, a slope over doses among them, and those that were planned and gave no p too', () => {
    const rows = [
      aPrimary('incognito', 0.001),
      { ...aPrimary('opaque', 0.01), compared: 'bytes by dose' },
      { ...aPrimary('where', 0.02), ps: [null], reasons: ['void-rate'] },
    ];
    // Holm over 5: 5 × 0.001 and 4 × 0.01 (R: p.adjust(c(0.001, 0.01, 1, 1, 1), "holm")).
    assert.deepEqual(primariesInWords(rows, 5), [
      'the 5 primary contrasts of this invocation, adjusted together (Holm over maxT)',
      '  incognito on phone (mint), mode normal against incognito: smallest p = 0.005',
      '  opaque on phone (mint), bytes by dose: smallest p = 0.04',
      '  where on phone (mint), mode normal against incognito: no p (void-rate)',
    ]);
    assert.deepEqual(primariesInWords([], 5), []);
  });
});

function aPrimary(scenario: string, p: number): Primary {
  const compared = 'mode normal against incognito';
  return { scenario, device: 'phone', browser: 'mint', compared, ps: [p], reasons: [] };
}
