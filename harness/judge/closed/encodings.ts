/** By how many bytes a character of chance (six bits) makes longer what is sent, and what was done to it then. */
interface Encoding {
  readonly name: string;
  readonly slope: number;
}

/** Ciphers add nothing to the slope: block by block they round, and re-randomisation takes that for noise. */
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
