import type { Spelling } from './spelling.ts';

/** A long number with the separators that people and screens put in: IMEI, telephone and card groupings. */
export function groupedDigits(digits: string): Spelling[] {
  const imei = [2, 6, 6, 1];
  const shapes = [[2], [3], [4], imei, [3, 3, 4], [1, 3, 3, 4], [2, 3, 3, 4], [2, 2, 2, 2, 2]];
  const grouped = shapes.flatMap((shape) => {
    const groups = split(digits, shape);
    return [' ', '-', '.'].map((glue) => groups.join(glue));
  });
  return [
    { name: 'digits', text: digits, strength: 8 },
    ...grouped.map((text) => ({ name: 'grouped', text, strength: 8 })),
  ];
}

/** Hex digits bare, dashed as a UUID where they are 32, and in groups of one, two and four bytes. */
export function groupedHex(hex: string): Spelling[] {
  const uuid = hex.length === 32 ? [split(hex, [8, 4, 4, 4, 12]).join('-')] : [];
  const grouped = [2, 4, 8].flatMap((size) =>
    [':', '-', ' '].map((glue) => split(hex, [size]).join(glue)),
  );
  return [
    ...uuid.map((text) => ({ name: 'dashed', text, strength: 8 })),
    { name: 'undashed', text: hex, strength: 8 },
    ...grouped.map((text) => ({ name: 'grouped', text, strength: 8 })),
    { name: 'no leading zeros', text: hex.replace(/^0+/, ''), strength: 7 },
  ];
}

/** The shape's groups in turn, its last one repeated until nothing is left. */
function split(text: string, shape: readonly number[]): string[] {
  const groups: string[] = [];
  for (let at = 0; at < text.length;) {
    const size = shape[groups.length] ?? shape.at(-1) ?? text.length;
    groups.push(text.slice(at, at + size));
    at += size;
  }
  return groups;
}
