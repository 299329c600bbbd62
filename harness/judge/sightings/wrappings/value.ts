import { isUtf8 } from 'node:buffer';

/**
 * Kinds of bytes, one bit each. One pass over a value ORs them together; masks of these decide which rows of the
 * table are asked at all, so that fifty rows cost hardly more than five.
 */
export const HAS = {
  NUL: 1 << 0,
  CONTROL: 1 << 1,
  LINE: 1 << 2,
  BLANK: 1 << 3,
  HIGH: 1 << 4,
  DIGIT: 1 << 5,
  LOWER_HEX: 1 << 6,
  LOWER: 1 << 7,
  UPPER_HEX: 1 << 8,
  UPPER: 1 << 9,
  PLUS: 1 << 10,
  SLASH: 1 << 11,
  DASH: 1 << 12,
  UNDERSCORE: 1 << 13,
  EQUALS: 1 << 14,
  PERCENT: 1 << 15,
  BACKSLASH: 1 << 16,
  AMPERSAND: 1 << 17,
  QUOTE: 1 << 18,
  OPENING: 1 << 19,
  CLOSING: 1 << 20,
  LESS: 1 << 21,
  COLON: 1 << 22,
  COMMA: 1 << 23,
  DOT: 1 << 24,
  OTHER: 1 << 25,
} as const;

export const ALNUM = HAS.DIGIT | HAS.LOWER_HEX | HAS.LOWER | HAS.UPPER_HEX | HAS.UPPER;
/** What a base64 value of either alphabet may hold, padding left out. */
export const BASE64_KINDS = ALNUM | HAS.PLUS | HAS.SLASH | HAS.DASH | HAS.UNDERSCORE;
export const HEX_KINDS = HAS.DIGIT | HAS.LOWER_HEX | HAS.UPPER_HEX;

/** The bit of each byte. */
export const KIND_OF: Int32Array = kinds();

/** A maximal stretch of letters, digits and `+/-_`, as offsets in the value, with the kinds that occur in it. */
export interface Run {
  readonly start: number;
  readonly end: number;
  readonly kinds: number;
}

/** Some bytes, with what is cheap to know about them. A row asks; whatever is asked twice is counted once. */
export class Value {
  readonly bytes: Buffer;
  /** The row that these bytes came out of; '' for a place as it was captured. */
  readonly from: string;
  /** The kinds that occur, ORed. */
  readonly kinds: number;
  #text: boolean | null = null;
  #runs: readonly Run[] | null = null;

  constructor(bytes: Buffer, from = '', kinds = kindsOf(bytes, 0, bytes.length)) {
    this.bytes = bytes;
    this.from = from;
    this.kinds = kinds;
  }

  /** Text as people and programs write it: valid UTF-8 without control characters. */
  get isText(): boolean {
    this.#text ??=
      (this.kinds & (HAS.NUL | HAS.CONTROL)) === 0 &&
      ((this.kinds & HAS.HIGH) === 0 || isUtf8(this.bytes));
    return this.#text;
  }

  /** Whether only these kinds occur. */
  isOnly(kinds: number): boolean {
    return (this.kinds & ~kinds) === 0;
  }

  /** Runs of at least 16 bytes of the base64 alphabets, which hold the runs of hex, base32, base58 … as well. */
  get runs(): readonly Run[] {
    this.#runs ??= runsOf(this.bytes);
    return this.#runs;
  }
}

export function kindsOf(bytes: Buffer, start: number, end: number): number {
  let kinds = 0;
  for (let at = start; at < end; at++) kinds |= KIND_OF[bytes[at] ?? 0] ?? 0;
  return kinds;
}

const SHORTEST_RUN = 16;

/** Looks at every sixteenth byte and walks back from it: where words are short, most bytes are never looked at. */
export function runsOf(bytes: Buffer): Run[] {
  const runs: Run[] = [];
  let from = 0;
  while (from + SHORTEST_RUN <= bytes.length) {
    let at = from + SHORTEST_RUN - 1;
    while (at >= from && inRun(bytes, at)) at--;
    if (at >= from) {
      from = at + 1;
      continue;
    }
    let end = from + SHORTEST_RUN;
    while (end < bytes.length && inRun(bytes, end)) end++;
    runs.push({ start: from, end, kinds: kindsOf(bytes, from, end) });
    from = end + 1;
  }
  return runs;
}

function inRun(bytes: Buffer, at: number): boolean {
  return ((KIND_OF[bytes[at] ?? 0] ?? 0) & BASE64_KINDS) !== 0;
}

function kinds(): Int32Array {
  const table = new Int32Array(256).fill(HAS.OTHER).fill(HAS.HIGH, 0x80).fill(HAS.CONTROL, 1, 0x20);
  const set = (letters: string, kind: number): void => {
    for (const byte of Buffer.from(letters, 'latin1')) table[byte] = kind;
  };
  table[0] = HAS.NUL;
  table[0x7f] = HAS.OTHER;
  set('\r\n', HAS.LINE);
  set('\t ', HAS.BLANK);
  set('\x0b\x0c', HAS.OTHER);
  set('0123456789', HAS.DIGIT);
  set('abcdef', HAS.LOWER_HEX);
  set('ghijklmnopqrstuvwxyz', HAS.LOWER);
  set('ABCDEF', HAS.UPPER_HEX);
  set('GHIJKLMNOPQRSTUVWXYZ', HAS.UPPER);
  set('+', HAS.PLUS);
  set('/', HAS.SLASH);
  set('-', HAS.DASH);
  set('_', HAS.UNDERSCORE);
  set('=', HAS.EQUALS);
  set('%', HAS.PERCENT);
  set('\\', HAS.BACKSLASH);
  set('&', HAS.AMPERSAND);
  set('"', HAS.QUOTE);
  set('([{', HAS.OPENING);
  set(')]}', HAS.CLOSING);
  set('<', HAS.LESS);
  set(':', HAS.COLON);
  set(',', HAS.COMMA);
  set('.', HAS.DOT);
  return table;
}
