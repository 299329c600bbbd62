import { alphabet, neighbourhoods } from './alphabet.ts';
import { SCHEMES, unsealed } from './keyed.ts';
import type { Value } from './value.ts';
import { BASE64_KINDS, HAS } from './value.ts';
import type { Opened, Part, Wrapping } from './wrapping.ts';
import { NOT_THIS, clipped, opened } from './wrapping.ts';

/** `%XX`, `%uXXXX` and `+` for a space. Where both occur, a `+` may also be meant: base64 in a careless query. */
export const percent: Wrapping = {
  name: 'percent',
  evidence: 'every URL; collectors that escape a value twice',
  needs: 0,
  lacks: 0,
  first: null,
  // Where blanks stand already, or in bytes that are no text, a plus is no space.
  recognise: (value) =>
    ((value.kinds & HAS.PERCENT) !== 0 && isEscaped(value.bytes)) ||
    ((value.kinds & HAS.PLUS) !== 0 &&
      (value.kinds & HAS.BLANK) === 0 &&
      value.isText &&
      !isBase64(value)),
  open: ({ bytes, kinds }) => {
    const escaped = (kinds & HAS.PERCENT) !== 0;
    const whole: [number, number][] = [[0, bytes.length]];
    const regions = escaped && (kinds & HAS.BLANK) !== 0 ? neighbourhoods(bytes, 0x25) : whole;
    const parts = regions.flatMap(([start, end]): Part[] => {
      const piece = bytes.subarray(start, end);
      const spaced = unescaped(piece, true);
      if (spaced === piece) return [];
      const kept = unescaped(piece, false);
      const other = kept === piece || kept.equals(spaced) ? {} : { or: kept };
      return [{ name: 'percent', bytes: spaced, at: [start, end], ...other }];
    });
    return parts.length === 0 ? NOT_THIS : opened(parts, false);
  },
  wild: null,
  textProves: false,
};

/** `a=1&b=2`: bodies of forms and query strings, each field opened by itself. */
export const form: Wrapping = {
  name: 'form',
  evidence: 'HTML forms; Sensors Analytics, mistat',
  needs: HAS.EQUALS,
  lacks: HAS.NUL | HAS.CONTROL | HAS.LINE | HAS.BLANK,
  first: null,
  recognise: ({ bytes }) => isForm(bytes),
  open: ({ bytes }) => openForm(bytes),
  wild: null,
  textProves: false,
};

function openForm(bytes: Buffer): Opened {
  const parts = pairsOf(bytes).flatMap(({ name, value }) => {
    const field = `form:${clipped(unescaped(name, true).toString('utf8'))}`;
    const spaced = unescaped(value, true);
    const kept = value.includes(0x2b) ? unescaped(value, false) : spaced;
    const part: Part = { name: field, bytes: spaced, ...(kept.equals(spaced) ? {} : { or: kept }) };
    // A name is as good a hiding place as a value.
    const label: Part = { name: field, bytes: unescaped(name, true), label: true };
    return name.length < 8 ? [part] : [part, label];
  });
  // Signs that have to be escaped in a form show that it may be something else.
  return opened([...parts, ...sealedIn(parts)], parts.length > 1 && areOfForm(bytes));
}

/** What is sealed under a key that stands in the same form. */
function sealedIn(parts: readonly Part[]): Part[] {
  return SCHEMES.flatMap((scheme) => {
    const field = `form:${scheme.sealed}`;
    if (!parts.some(({ name }) => name === field)) return [];
    const fields = new Map(
      parts
        .filter(({ label }) => !label)
        .map(({ name, bytes }) => [name.slice('form:'.length), bytes]),
    );
    return unsealed(scheme, fields).parts.map((part) => ({ ...part, name: field }));
  });
}

/** The pairs of a form or query string, as sent. A piece without `=` is a name with an empty value. */
export function pairsOf(bytes: Buffer): { name: Buffer; value: Buffer }[] {
  const pairs: { name: Buffer; value: Buffer }[] = [];
  for (let start = 0; start <= bytes.length;) {
    const found = bytes.indexOf(0x26, start);
    const end = found < 0 ? bytes.length : found;
    const piece = bytes.subarray(start, end);
    const equals = piece.indexOf(0x3d);
    const cut = equals < 0 ? piece.length : equals;
    if (piece.length > 0)
      pairs.push({ name: piece.subarray(0, cut), value: piece.subarray(cut + 1) });
    start = end + 1;
  }
  return pairs;
}

/** Percent-escapes undone byte by byte; a malformed escape stays as it is. Without any, the bytes themselves. */
export function unescaped(bytes: Buffer, plusIsSpace: boolean): Buffer {
  let first = bytes.indexOf(0x25);
  if (plusIsSpace) {
    const plus = bytes.indexOf(0x2b);
    first = first < 0 ? plus : plus < 0 ? first : Math.min(first, plus);
  }
  if (first < 0) return bytes;
  const out = Buffer.allocUnsafe(bytes.length);
  bytes.copy(out, 0, 0, first);
  let size = first;
  for (let at = first; at < bytes.length; at++) {
    const code = bytes[at] ?? 0;
    if (code === 0x25) {
      const two = hexAt(bytes, at + 1, 2);
      const wide = two < 0 && ((bytes[at + 1] ?? 0) | 0x20) === 0x75 ? hexAt(bytes, at + 2, 4) : -1;
      if (two >= 0) {
        out[size++] = two;
        at += 2;
      } else if (wide >= 0) {
        // What is beyond 16 bits is written in two halves.
        const isHigh = wide >> 10 === 0x36 && bytes[at + 6] === 0x25;
        const low = isHigh && ((bytes[at + 7] ?? 0) | 0x20) === 0x75 ? hexAt(bytes, at + 8, 4) : -1;
        const isPair = low >> 10 === 0x37;
        const units = isPair ? [wide, low] : [wide];
        size += out.write(String.fromCharCode(...units), size, 'utf8');
        at += isPair ? 11 : 5;
      } else out[size++] = code;
    } else out[size++] = code === 0x2b && plusIsSpace ? 0x20 : code;
  }
  return out.subarray(0, size);
}

/** The number that so many hex digits write; -1 where they are not there. */
function hexAt(bytes: Buffer, at: number, digits: number): number {
  let number = 0;
  for (let i = at; i < at + digits; i++) {
    const digit = HEX_VALUE[bytes[i] ?? 0] ?? -1;
    if (digit < 0) return -1;
    number = number * 16 + digit;
  }
  return number;
}

function isEscaped(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(0x25); at >= 0; at = bytes.indexOf(0x25, at + 1)) {
    if (hexAt(bytes, at + 1, 2) >= 0) return true;
    if (((bytes[at + 1] ?? 0) | 0x20) === 0x75 && hexAt(bytes, at + 2, 4) >= 0) return true;
  }
  return false;
}

/** Base64 with a sign in it that stands in no words. */
function isBase64(value: Value): boolean {
  return (value.kinds & (HAS.SLASH | HAS.EQUALS)) !== 0 && value.isOnly(BASE64_KINDS | HAS.EQUALS);
}

/** Names as programs write them, and a first value that is more than base64's padding. */
function isForm(bytes: Buffer): boolean {
  const equals = bytes.subarray(0, 200).indexOf(0x3d);
  if (equals < 1 || !NAME.test(bytes.toString('latin1', 0, equals))) return false;
  return !bytes.subarray(equals).every((byte) => byte === 0x3d);
}

function areOfForm(bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length && FORM[bytes[at] ?? 0] === 1) at++;
  return at === bytes.length;
}

const FORM = alphabet(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%+*!'(),;:@$/?[]=&",
);
const HEX_VALUE = new Int8Array(256).fill(-1);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX_VALUE[digit.charCodeAt(0)] = value;
  HEX_VALUE[digit.toUpperCase().charCodeAt(0)] = value;
}
const NAME = /^&?[\w.$%+*~:@![\]-]+$/;
