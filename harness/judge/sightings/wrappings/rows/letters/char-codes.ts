import { alphabet, runsOf } from '../../alphabet.ts';
import type { Value } from '../../value.ts';
import { HAS } from '../../value.ts';
import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';

/** Text as a list of numbers, one a byte or character: `[104,116,…]`, signed as Java prints bytes, or spaced. */
export const charCodes: Wrapping = {
  name: 'char-codes',
  evidence: 'byte arrays that Gson and other JSON writers print; String.fromCharCode in scripts',
  needs: HAS.DIGIT,
  lacks: ~(
    HAS.DIGIT |
    HAS.COMMA |
    HAS.BLANK |
    HAS.DASH |
    HAS.LINE |
    HAS.OPENING |
    HAS.CLOSING |
    HAS.OTHER
  ),
  first: null,
  recognise: (value) => listsOf(value).length > 0,
  open: (value) => {
    const [list] = listsOf(value);
    if (!list) return NOT_THIS;
    return opened([{ name: 'char-codes', bytes: decoded(list.numbers) }], false);
  },
  wild: (value) =>
    (value.kinds & (HAS.COMMA | HAS.BLANK)) === 0 || value.bytes.length < 16 || !value.isText
      ? []
      : runsOf(value.bytes, LISTED, 15).flatMap((run) =>
          listsOf({ bytes: run }).map(({ start, end }) => [run.subarray(start, end)]),
        ),
  textProves: true,
};

/** What such lists are made of. */
const LISTED = alphabet('0123456789-, \t\r\n');

interface List {
  readonly start: number;
  readonly end: number;
  readonly numbers: readonly number[];
}

/** At least eight numbers of one to five digits, the same one or two signs between all of them. */
function listsOf({ bytes }: Pick<Value, 'bytes'>): List[] {
  const lists: List[] = [];
  let at = 0;
  while (at < bytes.length && lists.length < 1000) {
    if (!startsNumber(bytes, at)) {
      at++;
      continue;
    }
    const start = at;
    const numbers: number[] = [];
    let end = at;
    for (;;) {
      const number = numberAt(bytes, at);
      if (number === null) break;
      numbers.push(number.value);
      end = number.end;
      at = afterGlue(bytes, end);
      if (at === end) break;
    }
    if (numbers.length >= 8) lists.push({ start, end, numbers });
    at = Math.max(end, start + 1);
  }
  return lists;
}

function startsNumber(bytes: Buffer, at: number): boolean {
  const before = bytes[at - 1] ?? 0;
  const code = bytes[at] ?? 0;
  return (isDigit(code) || (code === 0x2d && isDigit(bytes[at + 1] ?? 0))) && !isDigit(before);
}

function numberAt(bytes: Buffer, from: number): { value: number; end: number } | null {
  const negative = bytes[from] === 0x2d;
  let at = negative ? from + 1 : from;
  let value = 0;
  const first = at;
  while (at - first < 6 && isDigit(bytes[at] ?? 0)) value = value * 10 + ((bytes[at++] ?? 0) & 15);
  const fits = at > first && at - first < 6 && value < 0x10000 && !(negative && value > 128);
  return fits ? { value: negative ? -value : value, end: at } : null;
}

/** `,`, `, `, a blank, a line break or `;`. */
function afterGlue(bytes: Buffer, from: number): number {
  let at = from;
  while (at - from < 8 && GLUE.has(bytes[at] ?? 0)) at++;
  return at;
}

function decoded(numbers: readonly number[]): Buffer {
  if (numbers.every((number) => number < 256)) return Buffer.from(numbers.map((one) => one & 255));
  return Buffer.from(String.fromCharCode(...numbers.slice(0, 50_000)));
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

const GLUE: ReadonlySet<number> = new Set(Buffer.from(', \n\r\t;'));
