import { charactersOf, DOSES } from '../../canary.ts';

/** By how many bytes a character of chance (six bits) makes longer what is sent, and what was done to it then. */
interface Encoding {
  readonly name: string;
  readonly slope: number;
}

const ONCE: readonly Encoding[] = [
  // Six of a byte's eight bits cannot be taken away.
  { name: 'compressed', slope: 6 / 8 },
  { name: 'as it is', slope: 1 },
  { name: 'compressed, then base64', slope: (6 / 8) * (4 / 3) },
  { name: 'base64', slope: 4 / 3 },
  { name: 'compressed, then hex', slope: (6 / 8) * 2 },
  { name: 'base64 twice', slope: (4 / 3) ** 2 },
  { name: 'hex', slope: 2 },
  { name: 'two bytes a character', slope: 2 },
  { name: 'hex, then base64', slope: 2 * (4 / 3) },
];

const TIMES = ['', ', twice', ', three times'] as const;

/** Every known way of telling the address, once or up to three times, that gives a slope in this interval. */
export function encodingsIn([low, high]: readonly [number, number]): string[] {
  return TIMES.flatMap((times, more) =>
    ONCE.filter(({ name }) => more === 0 || !name.startsWith('compressed'))
      .filter(({ slope }) => low <= slope * (more + 1) && slope * (more + 1) <= high)
      .map(({ name }) => `${name}${times}`),
  );
}

/**
 * By how much rounding up to whole blocks can move a slope over the doses: it falls on the same doses in every replicate,
 * so that no interval allows for it. At least 16 bytes, a common cipher's block, into which a length field's digits go as well.
 */
export function roundingOf(sizes: readonly number[]): number {
  const block = Math.max(16, sizes.map((size) => size - (sizes[0] ?? 0)).reduce(divisor, 0));
  const lengths = DOSES.map(charactersOf);
  const mean = lengths.reduce((sum, one) => sum + one, 0) / lengths.length;
  const apart = lengths.map((one) => one - mean);
  const spread = apart.reduce((sum, one) => sum + one ** 2, 0);
  return (block * apart.reduce((sum, one) => sum + Math.max(0, one), 0)) / spread;
}

/** The greatest common divisor. */
function divisor(a: number, b: number): number {
  let [one, other] = [Math.abs(a), Math.abs(b)];
  while (other !== 0) [one, other] = [other, one % other];
  return one;
}
