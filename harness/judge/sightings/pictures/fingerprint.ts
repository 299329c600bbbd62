/** What a picture shows, as the signs of its lowest frequencies: these outlive re-encoding and scaling. */
export interface Fingerprint {
  readonly signs: readonly boolean[];
  /** The frequencies in which the picture is strongest: of a planted picture only these are compared. */
  readonly strongest: readonly number[];
}

/** Side of the grid of colours that a fingerprint is made of. */
export const GRID = 32;
const LOWEST = 16;
const COMPARED = 192;
/**
 * How many of the compared signs are as good as independent, by how far the agreement of different pictures spreads
 * (Daugman 2004, "How iris recognition works", counts so for irises): 93 for coloured blocks, 176 for scenes.
 */
const INDEPENDENT = 80;

/** The fingerprint of 32 × 32 colours (red, green, blue); null of a picture that shows next to nothing. */
export function fingerprintOf(colours: Uint8Array): Fingerprint | null {
  const all = SIGHT.flatMap(([red, green, blue]) =>
    lowest(
      (at) =>
        red * (colours[3 * at] ?? 0) +
        green * (colours[3 * at + 1] ?? 0) +
        blue * (colours[3 * at + 2] ?? 0),
    ),
  );
  const strongest = all
    .map((value, at) => [Math.abs(value), at] as const)
    .sort(([a], [b]) => b - a)
    .slice(0, COMPARED);
  if ((strongest.at(-1)?.[0] ?? 0) < FAINT) return null;
  return { signs: all.map((value) => value > 0), strongest: strongest.map(([, at]) => at) };
}

/** Brightness, and the two differences of colour, as JPEG and television have them. */
const SIGHT = [
  [0.299, 0.587, 0.114],
  [-0.169, -0.331, 0.5],
  [0.5, -0.419, -0.081],
] as const;

/** The lowest frequencies of a grid, but for the very first, which is only how bright it is all over. */
function lowest(valueAt: (at: number) => number): number[] {
  const rows = Array.from({ length: GRID }, (_, y) =>
    frequencies(Array.from({ length: GRID }, (__, x) => valueAt(y * GRID + x))),
  );
  const columns = Array.from({ length: LOWEST }, (_, u) =>
    frequencies(rows.map((row) => row[u] ?? 0)),
  );
  return columns.flat().slice(1);
}

/** The share of the planted picture's strongest signs in which another picture differs: 0 same, 0.5 unrelated. */
export function difference(planted: Fingerprint, other: Fingerprint): number {
  const wrong = planted.strongest.filter((at) => planted.signs[at] !== other.signs[at]);
  return wrong.length / planted.strongest.length;
}

/** Bits of chance in so small a difference: how seldom an unrelated picture would come as near. */
export function bitsOfDifference(share: number): number {
  const most = Math.floor(share * INDEPENDENT);
  let [ways, term] = [0, 1];
  for (let wrong = 0; wrong <= most; wrong++) {
    ways += term;
    term = (term * (INDEPENDENT - wrong)) / (wrong + 1);
  }
  return INDEPENDENT - Math.log2(ways);
}

/** Grey values of 255 steps, summed over a line and a column: rounding alone gives less. */
const FAINT = 12;

/** The sixteen lowest frequencies of 32 values (DCT-II). */
function frequencies(values: readonly number[]): number[] {
  return WAVES.map((wave) => values.reduce((sum, value, at) => sum + value * (wave[at] ?? 0), 0));
}

const WAVES: readonly (readonly number[])[] = Array.from({ length: LOWEST }, (_, u) =>
  Array.from({ length: GRID }, (__, x) => Math.cos(((2 * x + 1) * u * Math.PI) / (2 * GRID))),
);
