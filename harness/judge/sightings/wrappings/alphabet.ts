/**
 * Byte classes as tables. Regular expressions with a loop in them may exhaust the engine's stack on megabytes, and
 * a decoder must never throw: whatever has no bound on its length is scanned with these.
 */
export type Alphabet = Uint8Array;

export function alphabet(letters: string): Alphabet {
  const table = new Uint8Array(256);
  for (const byte of Buffer.from(letters, 'latin1')) table[byte] = 1;
  return table;
}

/**
 * The longest runs of an alphabet that are at least so long. A run that begins here reaches so far: looked at from its
 * far end, most bytes of another text are never looked at.
 */
export function runsOf(bytes: Buffer, letters: Alphabet, shortest: number): Buffer[] {
  const runs: Buffer[] = [];
  for (let from = 0; from + shortest <= bytes.length;) {
    let at = from + shortest - 1;
    while (at >= from && letters[bytes[at] ?? 0] === 1) at--;
    if (at >= from) {
      from = at + 1;
      continue;
    }
    let end = from + shortest;
    while (end < bytes.length && letters[bytes[end] ?? 0] === 1) end++;
    runs.push(bytes.subarray(from, end));
    from = end + 1;
  }
  return runs;
}

/** Where some bytes stand in others from a place on, or -1: of short ones the call of `indexOf` takes longer than this. */
export function placeOf(bytes: Buffer, wanted: Buffer, from: number): number {
  if (bytes.length > 256) return bytes.indexOf(wanted, from);
  const first = wanted[0];
  const last = bytes.length - wanted.length;
  for (let at = from; at <= last; at++)
    if (bytes[at] === first && startsAt(bytes, wanted, at)) return at;
  return -1;
}

function startsAt(bytes: Buffer, wanted: Buffer, from: number): boolean {
  let at = 1;
  while (at < wanted.length && bytes[from + at] === wanted[at]) at++;
  return at === wanted.length;
}

/**
 * The stretches of a long text around the places where an escape stands, with room for what the escape is part of: what
 * lies farther away stays as it is, and was searched as it is. A short text is one stretch.
 */
export function neighbourhoods(bytes: Buffer, escape: number): [start: number, end: number][] {
  if (bytes.length <= 4 * AROUND) return [[0, bytes.length]];
  const stretches: [number, number][] = [];
  let at = bytes.indexOf(escape);
  while (at >= 0) {
    const start = Math.max(0, at - AROUND);
    let last = at;
    for (;;) {
      at = bytes.indexOf(escape, last + 1);
      if (at < 0 || at - last > 2 * AROUND) break;
      last = at;
    }
    stretches.push([
      betweenCharacters(bytes, start),
      betweenCharacters(bytes, Math.min(bytes.length, last + AROUND)),
    ]);
  }
  return stretches;
}

/** The next place that is not inside a character: half of one would make bytes of a text. */
function betweenCharacters(bytes: Buffer, at: number): number {
  let place = at;
  while (place < at + 3 && ((bytes[place] ?? 0) & 0xc0) === 0x80) place++;
  return place;
}

/** Longer than any form, and than most of what is wrapped around one. */
const AROUND = 1024;

const DIGITS = '0123456789';
const SMALL = 'abcdefghijklmnopqrstuvwxyz';
const LARGE = SMALL.toUpperCase();

export const CAPITALS = alphabet(`${DIGITS}${LARGE}`);
export const ALPHANUMERIC = alphabet(`${DIGITS}${SMALL}${LARGE}`);
export const BASE64_STANDARD = alphabet(`${DIGITS}${SMALL}${LARGE}+/`);
export const BASE64_URL = alphabet(`${DIGITS}${SMALL}${LARGE}-_`);
