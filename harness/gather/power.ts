import { charactersOf, DOSES } from '../canary.ts';
import { slopeFound } from '../lib/student.ts';

/**
 * What a plan can show, computed before the first trial (method §1), as sentences for the plan and the screen.
 * `replicates` trials an arm, `claims` primary claims in one invocation, `contrasts` declared ones in a block.
 */
export function powerOf(replicates: number, claims: number, contrasts: number): string[] {
  const alone = 1 - 0.05 ** (1 / replicates);
  const together = 1 - (0.05 / claims) ** (1 / replicates);
  const smallest = smallestP(replicates);
  const sentences = [
    replicates < 10
      ? `${replicates} sound trials are too few for "not seen": at least 10 are needed`
      : `never seen would exclude a leak in more than ${percent(alone)} of visits (95 %), ` +
        `in more than ${percent(together)} for all ${claims} primary claims at once`,
    `smallest p of one contrast ${smallest.toPrecision(1)}`,
  ];
  const found = detectable(replicates);
  if (found === null) {
    sentences.push(
      'WARNING: no difference between two conditions can reach p = 0.05, however large it is',
    );
  } else {
    sentences.push(`a change from always to ${percent(found)} or less would be found (95 %)`);
    if (smallest * contrasts > 0.05) {
      sentences.push(
        `WARNING: over ${contrasts} declared contrasts the smallest adjusted p is ${(smallest * contrasts).toPrecision(1)}`,
      );
    }
  }
  return sentences;
}

/**
 * What doses can show, for one recipient that is told the address once as it is: known before the first trial only for a
 * noise that is assumed. The report has it from the phone's own shams.
 */
export function slopePower(replicates: number, recipients = 40): string[] {
  // As many orders of each replicate as there are of its doses; one of all is the steepest.
  const orders = DOSES.reduce((ways, _, at) => ways * (at + 1), 1);
  if (1 / orders ** replicates > 0.05) {
    return ['WARNING: no slope over doses can be shown by so few replicates, however steep it is'];
  }
  const found = slopeFound(DOSES.map(charactersOf), { strata: replicates, family: recipients });
  const power = (noise: number): string => percent(found({ slope: 1, noise }));
  return [
    `doses ${DOSES.join(', ')}: a closed recipient told the address once is found with ${power(80)} at a noise of ` +
      `80 bytes, ${power(300)} at 300, ${power(1000)} at 1000, among ${recipients} recipients`,
  ];
}

/** Labels are swapped within replicates: 2 of the 2^n arrangements are the most extreme ones. */
export function smallestP(replicates: number): number {
  return 2 / 2 ** replicates;
}

/**
 * The largest rate (whole per cent) that a change from always would be told apart from, with 95 % power at
 * p = 0.05; null when even never would not. Only replicates whose two trials differ carry weight: it takes the
 * smallest d with 2/2^d ≤ 0.05 of them.
 */
function detectable(replicates: number): number | null {
  const needed = 6;
  for (let rate = 99; rate >= 0; rate--) {
    if (atLeast(needed, replicates, 1 - rate / 100) >= 0.95) return rate / 100;
  }
  return null;
}

/** P(X ≥ k) for X binomial(n, p). */
function atLeast(k: number, n: number, p: number): number {
  let sum = 0;
  for (let x = k; x <= n; x++) sum += choose(n, x) * p ** x * (1 - p) ** (n - x);
  return sum;
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return ways;
}

function percent(rate: number): string {
  return `${Math.round(rate * 100)} %`;
}
