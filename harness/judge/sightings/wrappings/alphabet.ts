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

export function countIn(bytes: Buffer, letters: Alphabet): number {
  let count = 0;
  for (const byte of bytes) count += letters[byte] ?? 0;
  return count;
}

/** The longest runs of an alphabet that are at least so long. */
export function runsOf(bytes: Buffer, letters: Alphabet, shortest: number): Buffer[] {
  const runs: Buffer[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const start = at;
    while (at < bytes.length && letters[bytes[at] ?? 0] === 1) at++;
    if (at - start >= shortest) runs.push(bytes.subarray(start, at));
  }
  return runs;
}

const DIGITS = '0123456789';
const SMALL = 'abcdefghijklmnopqrstuvwxyz';
const LARGE = SMALL.toUpperCase();

export const CAPITALS = alphabet(`${DIGITS}${LARGE}`);
export const ALPHANUMERIC = alphabet(`${DIGITS}${SMALL}${LARGE}`);
export const BASE64_STANDARD = alphabet(`${DIGITS}${SMALL}${LARGE}+/`);
export const BASE64_URL = alphabet(`${DIGITS}${SMALL}${LARGE}-_`);
