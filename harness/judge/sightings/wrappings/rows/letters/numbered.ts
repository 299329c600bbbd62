import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';
import { HAS } from '../../value.ts';

/** Bytes as an object of numbers, `{"0":104,"1":116,…}`: what JSON.stringify makes of a Uint8Array. */
export const numberedBytes: Wrapping = {
  name: 'numbered-bytes',
  evidence: 'JSON.stringify(new Uint8Array(…)) in web views and React Native',
  needs: HAS.DIGIT | HAS.OPENING | HAS.QUOTE | HAS.COLON | HAS.COMMA,
  lacks: HAS.NUL | HAS.CONTROL | HAS.HIGH,
  first: [0x7b],
  least: 50,
  recognise: ({ bytes }) => numberedEnd(bytes, 0) === bytes.length,
  open: ({ bytes }) => {
    const numbers = numbersIn(bytes, 0)?.numbers;
    return numbers === undefined
      ? NOT_THIS
      : opened([{ name: 'numbered-bytes', bytes: Buffer.from(numbers) }], true);
  },
  wild: null,
  textProves: true,
};

/** Where such an object that begins here ends; -1 when there is none. */
export function numberedEnd(bytes: Buffer, start: number): number {
  return bytes[start + 1] === QUOTE && bytes[start + 2] === ZERO && bytes[start + 3] === QUOTE
    ? (numbersIn(bytes, start)?.end ?? -1)
    : -1;
}

/** The keys count from 0, and each value fits a byte, signed or not. */
function numbersIn(
  bytes: Buffer,
  start: number,
): { readonly numbers: readonly number[]; readonly end: number } | null {
  const numbers: number[] = [];
  let at = skipped(bytes, start + 1);
  for (;;) {
    const key = `"${numbers.length}"`;
    if (bytes.toString('latin1', at, at + key.length) !== key) return null;
    at = skipped(bytes, at + key.length);
    if (bytes[at] !== COLON) return null;
    at = skipped(bytes, at + 1);
    const text = /^(?:-\d{1,3}|\d{1,3})(?=[\s,}])/.exec(bytes.toString('latin1', at, at + 5))?.[0];
    const number = Number(text ?? 256);
    if (number > 255 || number < -128) return null;
    numbers.push(number & 255);
    at = skipped(bytes, at + (text?.length ?? 0));
    const sign = bytes[at];
    if (sign === CLOSE) return numbers.length < FEWEST ? null : { numbers, end: at + 1 };
    if (sign !== COMMA) return null;
    at = skipped(bytes, at + 1);
  }
}

function skipped(bytes: Buffer, from: number): number {
  let at = from;
  while (at - from < 8 && (bytes[at] ?? 0x21) <= 0x20) at++;
  return at;
}

/** The shortest form has as many bytes. */
const FEWEST = 8;
const QUOTE = 0x22;
const ZERO = 0x30;
const COLON = 0x3a;
const COMMA = 0x2c;
const CLOSE = 0x7d;
