import { isTelling } from '../telling.ts';
import { beginsText } from '../packed/lz-string.ts';

/**
 * Whether letters, rotated by thirteen or read from their end, begin with what opens to text or to a stream with a magic in
 * base64, hex or base32. For guesses that cost as much as looking into a value: of tokens of chance one in two thousand
 * promises something.
 */
export function isPromising(letters: Buffer, how: 'rotated' | 'backwards'): boolean {
  if (letters.length < 16) return false;
  for (const { plain, rotated, bits } of ALPHABETS) {
    const opens = opened(letters, how === 'rotated' ? rotated : plain, bits, how === 'backwards');
    if (opens !== null && (isTelling(opens) || isWritten(opens))) return true;
  }
  return maySpell(letters, how);
}

/** Whether the letters, turned, begin with text packed by lz-string. */
function maySpell(letters: Buffer, how: 'rotated' | 'backwards'): boolean {
  const size = Math.min(HEAD.length, letters.length);
  for (let at = 0; at < size; at++) {
    const letter = letters[how === 'rotated' ? at : letters.length - 1 - at] ?? 0;
    HEAD[at] = how === 'rotated' ? (ROT[letter] ?? 0) : letter;
  }
  return beginsText(HEAD.subarray(0, size), size < letters.length);
}

const HEAD = Buffer.alloc(64);

/** Nothing but ASCII: numbers with commas between them are no words. */
function isWritten(bytes: Buffer): boolean {
  return bytes.length === PLAIN.length && bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}

/** The first twelve bytes; null where a letter is of another alphabet, or chance shows. Line breaks do not count. */
function opened(
  letters: Buffer,
  values: Uint8Array,
  bits: number,
  backwards: boolean,
): Buffer | null {
  const { length } = letters;
  let [held, count, size] = [0, 0, 0];
  let isText = true;
  for (let n = 0; n < length && size < PLAIN.length; n++) {
    const letter = letters[backwards ? length - 1 - n : n] ?? 0;
    if (letter === 0x0a || letter === 0x0d) continue;
    const value = values[letter] ?? NONE;
    if (value === NONE) return null;
    held = ((held << bits) | value) & 0xffff;
    count += bits;
    if (count < 8) continue;
    count -= 8;
    const byte = (held >> count) & 0xff;
    // Chance seldom gives more than a byte or two that text or a stream begins with.
    if (size === 0) isText = isLetter(byte);
    const isStream = BEGINS[size === 0 ? byte : (PLAIN[0] ?? 0)] === 1;
    if (!isStream && !(isText && isLetter(byte))) return null;
    PLAIN[size++] = byte;
  }
  return size < 8 ? null : PLAIN.subarray(0, size);
}

function isLetter(byte: number): boolean {
  return byte >= 0x20 ? byte !== 0x7f && byte < 0xf5 : byte >= 9 && byte <= 13;
}

/** First bytes of streams, and of text of two bytes a letter. */
const BEGINS = new Uint8Array(256);
for (const byte of [0, 0x1f, 0x78, 0x28, 0x04, 0xff, 0x62]) BEGINS[byte] = 1;

/** Each letter thirteen farther. */
export const ROT: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) => {
  const base = code & 0xdf;
  const letter = base >= 0x41 && base <= 0x5a;
  return letter ? (code & 0x20) | (0x41 + ((base - 0x41 + 13) % 26)) : code;
});

const NONE = 255;
const PLAIN = Buffer.alloc(12);

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const ALPHABETS = [
  { bits: 6, spellings: [`${LETTERS}+/`, `${LETTERS}-_`] },
  { bits: 4, spellings: ['0123456789abcdef', '0123456789ABCDEF'] },
  ...[
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
    '0123456789ABCDEFGHIJKLMNOPQRSTUV',
    '0123456789ABCDEFGHJKMNPQRSTVWXYZ',
  ].map((letters) => ({ bits: 5, spellings: [letters, letters.toLowerCase()] })),
].map(({ bits, spellings }) => ({
  bits,
  plain: valuesOf(spellings, false),
  rotated: valuesOf(spellings, true),
}));

/** The value of each letter, as it is or rotated by thirteen. */
function valuesOf(spellings: readonly string[], rotated: boolean): Uint8Array {
  const values = new Uint8Array(256).fill(NONE);
  for (const letters of spellings) {
    for (const [value, letter] of [...letters].entries()) {
      const code = letter.charCodeAt(0);
      const base = code & 0x20 ? 0x61 : 0x41;
      const turned = rotated && /[a-z]/i.test(letter) ? base + ((code - base + 13) % 26) : code;
      values[turned] = value;
    }
  }
  return values;
}
