import { probabilities } from './rate.ts';

/**
 * Exact unconditional 95 % interval for the difference of two rates, x1/n1 − x2/n2: two one-sided tests at 2.5 %
 * inverted, ordered by the score statistic, the unknown common rate put at its worst (Chan and Zhang, Biometrics
 * 55:1202, 1999). Fisher's test is not used: nobody fixed the margins. Null when an arm is empty.
 */
export function differenceInterval(
  x1: number,
  n1: number,
  x2: number,
  n2: number,
  alpha = 0.05,
): [number, number] | null {
  if (n1 === 0 || n2 === 0) return null;
  // Swapping the arms turns the upper limit into the lower one.
  return [lowerLimit(x1, n1, x2, n2, alpha / 2), -lowerLimit(x2, n2, x1, n1, alpha / 2)];
}

/**
 * The score statistic for the difference `delta`: observed minus supposed, over its standard error under rates
 * that differ by exactly delta (Farrington and Manning 1990).
 */
export function score(x1: number, n1: number, x2: number, n2: number, delta: number): number {
  const [p1, p2] = restricted(x1, n1, x2, n2, delta);
  const away = x1 / n1 - x2 / n2 - delta;
  const variance = (p1 * (1 - p1)) / n1 + (p2 * (1 - p2)) / n2;
  if (Math.abs(away) < 1e-12) return 0;
  return variance < 1e-15 ? Math.sign(away) * Infinity : away / Math.sqrt(variance);
}

/** The smallest difference that the data do not speak against: p of "at least so large" above `alpha`. */
function lowerLimit(x1: number, n1: number, x2: number, n2: number, alpha: number): number {
  const steps = 200;
  let edge = -1;
  for (let i = 0; i <= steps; i++) {
    const delta = -1 + (2 * i) / steps;
    if (worst(x1, n1, x2, n2, delta, alpha) > alpha) break;
    edge = delta;
  }
  if (edge === -1) return -1;
  let [rejected, kept] = [edge, Math.min(1, edge + 2 / steps)];
  for (let i = 0; i < 12; i++) {
    const middle = (rejected + kept) / 2;
    if (worst(x1, n1, x2, n2, middle, alpha) > alpha) kept = middle;
    else rejected = middle;
  }
  return rejected;
}

/** The largest probability, over the unknown rate, of a table that speaks as much for a larger difference. */
function worst(
  x1: number,
  n1: number,
  x2: number,
  n2: number,
  delta: number,
  enough: number,
): number {
  const seen = score(x1, n1, x2, n2, delta) - 1e-9;
  // A larger first count or a smaller second one never lowers the statistic: one border describes the region, and
  // it never falls.
  const border: number[] = [];
  let b = -1;
  for (let a = 0; a <= n1; a++) {
    while (b < n2 && score(a, n1, b + 1, n2, delta) >= seen) b++;
    border.push(b);
  }
  const [least, most] = [Math.max(0, -delta), Math.min(1, 1 - delta)];
  let largest = 0;
  for (let i = 0; i <= GRID; i++) {
    const p2 = least + ((most - least) * i) / GRID;
    largest = Math.max(largest, mass(border, n1, p2 + delta, n2, p2));
    if (largest > enough) break;
  }
  return largest;
}

const GRID = 100;

function mass(border: readonly number[], n1: number, p1: number, n2: number, p2: number): number {
  const [first, second] = [probabilities(n1, p1), probabilities(n2, p2)];
  for (let b = 1; b <= n2; b++) second[b] = (second[b] ?? 0) + (second[b - 1] ?? 0);
  return border.reduce(
    (total, b, a) => total + (b < 0 ? 0 : (first[a] ?? 0) * (second[b] ?? 0)),
    0,
  );
}

/** The likeliest pair of rates that differ by delta: the root of Miettinen and Nurminen's cubic (1985). */
function restricted(
  x1: number,
  n1: number,
  x2: number,
  n2: number,
  delta: number,
): [number, number] {
  const n = n1 + n2;
  const l3 = n;
  const l2 = (n1 + 2 * n2) * delta - n - (x1 + x2);
  const l1 = (n2 * delta - n - 2 * x2) * delta + x1 + x2;
  const l0 = x2 * delta * (1 - delta);
  const q = l2 ** 3 / (3 * l3) ** 3 - (l1 * l2) / (6 * l3 ** 2) + l0 / (2 * l3);
  const size = Math.sqrt(Math.max(0, l2 ** 2 / (3 * l3) ** 2 - l1 / (3 * l3)));
  const p = q >= 0 ? size : -size;
  const ratio = p === 0 ? 0 : Math.min(1, Math.max(-1, q / p ** 3));
  const angle = (Math.PI + Math.acos(ratio)) / 3;
  const p2 = inside(2 * p * Math.cos(angle) - l2 / (3 * l3));
  return [inside(p2 + delta), p2];
}

function inside(rate: number): number {
  return Math.min(1, Math.max(0, rate));
}
