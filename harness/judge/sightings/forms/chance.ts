/** What a form must hold to be reported at all: under 48 bits, a gigabyte of traffic shows it by chance. */
export const ENOUGH_BITS = 48;

/**
 * How many bits of chance a text can hold at most, by the alphabet it draws from: digits 3.3 each, hex 4, letters of
 * one case 4.7. Letters of words count 3.1 (three syllables of 80 in six letters, as our molds cast them). What
 * stands between them holds none. An estimate from outside: only who minted the value knows.
 */
export function bitsOf(text: string): number {
  const signs = text.match(/[\p{L}\p{N}]/gu) ?? [];
  const digits = signs.filter((sign) => /\p{N}/u.test(sign)).length;
  const letters = signs.length - digits;
  if (letters === 0) return digits * DIGIT;
  if (/\s/.test(text.trim())) return letters * WORD_LETTER + digits * DIGIT;
  if (digits > 0 && signs.every((sign) => /[0-9a-fA-F]/.test(sign))) return signs.length * 4;
  const cases = [/\p{Ll}/u, /\p{Lu}/u].filter((one) => one.test(text)).length;
  return signs.length * Math.log2(26 * Math.max(1, cases) + (digits > 0 ? 10 : 0));
}

const DIGIT = Math.log2(10);
const WORD_LETTER = 3.1;

/** The shortest beginning of so many characters that holds enough chance; null when only the whole does. */
export function tellingPrefix(text: string, shortest: number): string | null {
  const characters = [...text];
  for (let length = shortest; length < characters.length; length++) {
    const prefix = characters.slice(0, length).join('');
    if (bitsOf(prefix) >= ENOUGH_BITS) return prefix;
  }
  return null;
}
