/** A stream ends with its last letters: behind the end stand bits that fill one up, and a blank in UTF-16. */
export const MOST_BEHIND = 2;

/** So much text is no chance, whatever stands behind the end. */
export const SURE = 24;

interface Unpacked {
  readonly text: string;
  readonly ended: boolean;
  /** Codes behind the end. */
  readonly left: number;
}

/** The bits of codes, each from its highest down. */
export function bitOf(codes: readonly number[], width: number): (at: number) => number {
  return (at) => ((codes[Math.floor(at / width)] ?? 0) >> (width - 1 - (at % width))) & 1;
}

/**
 * Whether so many bits can be unpacked to a text at all, without making it: each word is only as long as it would be.
 * Chance gives a code that nothing stands for, or a character that no text holds, within its first letters. `width` are
 * the bits of what is written as one.
 */
export function mayUnpack(bit: (at: number) => number, end: number, width: number): boolean {
  let at = 0;
  const bits = (count: number): number => {
    if (at + count > end) return END_OF_INPUT;
    let value = 0;
    for (let place = 0; place < count; place++, at++) value |= bit(at) << place;
    return value;
  };
  /** 1: a character of texts; 0: one that no text holds; END_OF_INPUT: it is not all there. */
  const fresh = (kind: number): number => {
    const unit = bits(kind === 0 ? 8 : 16);
    if (unit === END_OF_INPUT) return END_OF_INPUT;
    return unit >= 0x20 || (unit >= 9 && unit <= 13) ? 1 : 0;
  };
  // Cut off, it has to be a text of 24 bytes, whole of eight; a character is at most three.
  const cutOff = (size: number): boolean => size >= 8;
  const kind = bits(2);
  if (kind > 1 || kind === END_OF_INPUT || fresh(kind) !== 1) return false;
  SIZES[3] = 1;
  let [words, size, left, count, before] = [4, 1, 4, 3, 1];
  // What is longer is unpacked.
  while (words < SIZES.length - 2) {
    let code = bits(count);
    if (code === END_OF_INPUT) return cutOff(size);
    if (code === 2)
      return (
        (size >= 3 && Math.floor(end / width) - Math.ceil(at / width) <= MOST_BEHIND) ||
        size >= SURE
      );
    if (code < 2) {
      const one = fresh(code);
      if (one !== 1) return one === END_OF_INPUT && cutOff(size);
      SIZES[words] = 1;
      code = words++;
      if (--left === 0) left = 2 ** count++;
    }
    if (code > words) return false;
    const word = code < words ? (SIZES[code] ?? 0) : before + 1;
    size += word;
    SIZES[words++] = before + 1;
    before = word;
    if (--left === 0) left = 2 ** count++;
  }
  return true;
}

/** How long each word is. */
const SIZES = new Uint16Array(512);

/** LZ78 over characters, codes read bit by bit, lowest bit first; codes 0, 1 and 2 mean a new character, two bytes wide or one, and the end. */
export function unpacked(codes: readonly number[], width: number, room: number): Unpacked {
  let at = 0;
  const result = (text: string, ended: boolean): Unpacked => ({
    text,
    ended,
    left: codes.length - Math.ceil(at / width),
  });
  const bits = (count: number): number => {
    let value = 0;
    for (let bit = 0; bit < count; bit++, at++) {
      const word = codes[Math.floor(at / width)];
      if (word === undefined) return END_OF_INPUT;
      value += ((word >> (width - 1 - (at % width))) & 1) * 2 ** bit;
    }
    return value;
  };
  // Empty: a character that no text holds, and only text is believed.
  const fresh = (kind: number): string | null => {
    const unit = kind < 2 ? bits(kind === 0 ? 8 : 16) : END_OF_INPUT;
    if (unit === END_OF_INPUT) return null;
    return unit >= 0x20 || (unit >= 9 && unit <= 13) ? String.fromCharCode(unit) : '';
  };
  const first = fresh(bits(2));
  if (first === null || first === '') return result('', false);
  const words = ['', '', '', first];
  const pieces = [first];
  let [size, left, count, before] = [1, 4, 3, first];
  while (size < room) {
    let code = bits(count);
    if (code === END_OF_INPUT) break;
    if (code === 2) return result(pieces.join(''), true);
    if (code < 2) {
      const character = fresh(code);
      if (character === null) break;
      if (character === '') return result('', false);
      words.push(character);
      code = words.length - 1;
      if (--left === 0) left = 2 ** count++;
    }
    const word =
      code < words.length
        ? words[code]
        : code === words.length
          ? before + before.charAt(0)
          : undefined;
    if (word === undefined) return result('', false);
    pieces.push(word);
    size += word.length;
    words.push(before + word.charAt(0));
    before = word;
    if (--left === 0) left = 2 ** count++;
  }
  return result(pieces.join('').slice(0, room), false);
}

const END_OF_INPUT = -1;
