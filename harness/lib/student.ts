/**
 * P(|T| > c) for Student's t with `freedom` degrees and noncentrality `shift`: what a test at c finds of an effect
 * `shift` standard errors large. Integrated over the standard deviation's own distribution (Simpson's rule).
 */
export function beyond(c: number, freedom: number, shift = 0): number {
  // Standard deviation over its true value: within 12 of its own standard errors of 1.
  const half = 12 / Math.sqrt(2 * freedom);
  const [from, to] = [Math.max(0, 1 - half), 1 + half];
  const steps = 4_000;
  const width = (to - from) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const s = from + i * width;
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * density(s, freedom) * (normal(shift - c * s) + normal(-shift - c * s));
  }
  return Math.min(1, (sum * width) / 3);
}

/** The c that |T| exceeds with probability `alpha` where there is no effect. */
export function critical(alpha: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (beyond(high, freedom) > alpha && high < 1e6) high *= 2;
  for (let i = 0; i < 45; i++) {
    const middle = (low + high) / 2;
    if (beyond(middle, freedom) > alpha) low = middle;
    else high = middle;
  }
  return high;
}

/** Density of a standard deviation over its true value: chi with `freedom` degrees over the root of them. */
function density(s: number, freedom: number): number {
  // Chi with one degree of freedom is the only one that does not begin at 0.
  if (s <= 0) return freedom === 1 ? Math.sqrt(2 / Math.PI) : 0;
  const half = freedom / 2;
  const log =
    Math.log(2) +
    half * Math.log(half) -
    logGamma(half) +
    (freedom - 1) * Math.log(s) -
    half * s * s;
  return Math.exp(log);
}

/** P(Z ≤ z) for the normal distribution, by Taylor's series near 0 and Laplace's continued fraction far out. */
export function normal(z: number): number {
  const far = Math.abs(z);
  if (far > 40) return z > 0 ? 1 : 0;
  const height = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (far < 5) {
    let [term, sum] = [z, z];
    for (let n = 3; Math.abs(term) > 1e-17 * Math.abs(sum); n += 2) {
      term *= (z * z) / n;
      sum += term;
    }
    return 0.5 + height * sum;
  }
  let fraction = far;
  for (let n = 60; n >= 1; n--) fraction = far + n / fraction;
  const tail = height / fraction;
  return z > 0 ? 1 - tail : tail;
}

/** ln Γ(x) by Stirling's series, x moved up to where eight terms are exact to the last digits. */
function logGamma(x: number): number {
  let [at, shift] = [x, 0];
  while (at < 15) {
    shift += Math.log(at);
    at += 1;
  }
  const square = 1 / (at * at);
  const series =
    (1 / at) *
    (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/**
 * With what chance a slope is told from none at 5 % over `family` of them: `scores` in each of `strata` that have a
 * level of their own, `noise` within them. Student's t stands for re-randomisation, Bonferroni for the maximum.
 */
export function slopeFound(
  scores: readonly number[],
  { strata, family }: { readonly strata: number; readonly family: number },
): (truth: { readonly slope: number; readonly noise: number }) => number {
  const mean = scores.reduce((sum, one) => sum + one, 0) / scores.length;
  const spread = strata * scores.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const freedom = strata * (scores.length - 1) - 1;
  if (freedom < 1 || spread === 0) return () => 0;
  const c = critical(0.05 / family, freedom);
  return ({ slope, noise }) => {
    if (noise === 0) return slope === 0 ? 0 : 1;
    return beyond(c, freedom, (slope * Math.sqrt(spread)) / noise);
  };
}
