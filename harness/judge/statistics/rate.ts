/** P(X ≤ k) for X binomial(n, p), summed from the smaller terms. */
export function atMost(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  let sum = 0;
  for (let x = 0; x <= k; x++) sum += probability(x, n, p);
  return Math.min(1, sum);
}

/** P(X = k) for X binomial(n, p). */
export function probability(k: number, n: number, p: number): number {
  if (p <= 0) return k === 0 ? 1 : 0;
  if (p >= 1) return k === n ? 1 : 0;
  return Math.exp(logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/** P(X = k) for X binomial(n, p) and all k from 0 to n: from the likeliest outwards, each from its neighbour. */
export function probabilities(n: number, p: number): Float64Array {
  const all = new Float64Array(n + 1);
  const mode = Math.min(n, Math.max(0, Math.floor((n + 1) * p)));
  all[mode] = probability(mode, n, p);
  const odds = p / (1 - p);
  for (let k = mode; k < n; k++) all[k + 1] = ((all[k] ?? 0) * odds * (n - k)) / (k + 1);
  for (let k = mode; k > 0; k--) all[k - 1] = ((all[k] ?? 0) * k) / (odds * (n - k + 1));
  return all;
}

/**
 * Two-sided exact 95 % interval for a rate, k of n (Clopper and Pearson 1934): every rate that neither tail of
 * 2.5 % speaks against. Null when there is no trial.
 */
export function clopperPearson(k: number, n: number, alpha = 0.05): [number, number] | null {
  if (n === 0) return null;
  const low = k === 0 ? 0 : root((p) => 1 - atMost(k - 1, n, p) - alpha / 2);
  const high = k === n ? 1 : root((p) => alpha / 2 - atMost(k, n, p));
  return [low, high];
}

/** Where an increasing function of a rate crosses zero. */
function root(rising: (p: number) => number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  // Ten decimals, so that the last bits of a logarithm never show.
  return Math.round((low + high) * 5e9) / 1e10;
}

/** Of n over k. From a table of log n! that grows with the largest n asked for: an interval asks for the same few millions of times. */
export function logChoose(n: number, k: number): number {
  for (let i = LOG_FACTORIALS.length; i <= n; i++) {
    LOG_FACTORIALS.push((LOG_FACTORIALS[i - 1] ?? 0) + Math.log(i));
  }
  return (LOG_FACTORIALS[n] ?? 0) - (LOG_FACTORIALS[k] ?? 0) - (LOG_FACTORIALS[n - k] ?? 0);
}

const LOG_FACTORIALS: number[] = [0];
