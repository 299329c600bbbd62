import type { Chance } from '../../lib/seed.ts';
import type { Stratum } from './strata.ts';

/** Neighbouring replicates whose orders are drawn at one go, and in how many ways these combine. */
export interface Bundle {
  readonly strata: readonly Stratum[];
  readonly ways: number;
}

/** Eight pairs, or three replicates of three labels, are one byte of chance and one look-up. */
export function bundlesOf(strata: readonly Stratum[]): Bundle[] {
  const bundles: Bundle[] = [];
  for (const stratum of strata) {
    const last = bundles.at(-1);
    const ways = (last?.ways ?? 1) * stratum.orders.length;
    if (last && ways <= 256)
      bundles[bundles.length - 1] = { strata: [...last.strata, stratum], ways };
    else bundles.push({ strata: [stratum], ways: stratum.orders.length });
  }
  return bundles;
}

/** All combinations of the ways of all bundles, counted up like the digits of a number; one array, used again. */
export function* counted(bundles: readonly Bundle[], total: number): Generator<Uint16Array> {
  const digits = new Uint16Array(bundles.length);
  for (let n = 0; n < total; n++) {
    yield digits;
    for (const [at, { ways }] of bundles.entries()) {
      const next = ((digits[at] ?? 0) + 1) % ways;
      digits[at] = next;
      if (next !== 0) break;
    }
  }
}

/** `total` of them, each bundle's way drawn by itself; one array, used again. */
export function* drawn(
  bundles: readonly Bundle[],
  total: number,
  chance: Chance,
): Generator<Uint16Array> {
  const digits = new Uint16Array(bundles.length);
  const uniform = uniformOf(chance);
  for (let n = 0; n < total; n++) {
    for (let at = 0; at < digits.length; at++) digits[at] = uniform(bundles[at]?.ways ?? 1);
    yield digits;
  }
}

/** Uniform integers below 65,536 or less by rejection, a byte a draw where one is enough, else two. */
function uniformOf(chance: Chance): (below: number) => number {
  let pool: Buffer = Buffer.alloc(0);
  let at = 0;
  const byte = (): number => {
    if (at >= pool.length) [pool, at] = [chance.bytes(8_192), 0];
    return pool[at++] ?? 0;
  };
  return (below) => {
    const span = below <= 256 ? 256 : 65_536;
    const limit = span - (span % below);
    for (;;) {
      const one = span === 256 ? byte() : byte() * 256 + byte();
      if (one < limit) return one % below;
    }
  };
}
