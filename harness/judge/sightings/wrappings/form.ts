import { isUtf8 } from 'node:buffer';
import { UNBROKEN, isAll } from './alphabet.ts';
import type { Opened, Part, Wrapping } from './wrapping.ts';
import { NOT_THIS, clipped, opened } from './wrapping.ts';

/** `%XX`, `%uXXXX` and `+` for a space. Where both occur, a `+` may also be meant: base64 in a careless query. */
export const percent: Wrapping = {
  name: 'percent',
  // A plus in bytes that are no text is no space.
  recognise: (bytes) =>
    ESCAPE.test(bytes.toString('latin1')) || (bytes.includes(0x2b) && isUtf8(bytes)),
  open: (bytes) => {
    const spaced = unescaped(bytes, true);
    if (spaced.equals(bytes)) return NOT_THIS;
    const kept = unescaped(bytes, false);
    const other = kept.equals(spaced) || kept.equals(bytes) ? {} : { or: kept };
    return opened([{ name: 'percent', bytes: spaced, ...other }], false);
  },
  wild: null,
  textProves: false,
};

/** `a=1&b=2`: bodies of forms and query strings, each field opened by itself. */
export const form: Wrapping = {
  name: 'form',
  recognise: isForm,
  open: openForm,
  wild: null,
  textProves: false,
};

function openForm(bytes: Buffer): Opened {
  const parts = pairsOf(bytes).flatMap(({ name, value }) => {
    const field = `form:${clipped(unescaped(name, true).toString('utf8'))}`;
    const spaced = unescaped(value, true);
    const kept = unescaped(value, false);
    const part: Part = { name: field, bytes: spaced, ...(kept.equals(spaced) ? {} : { or: kept }) };
    // A name is as good a hiding place as a value.
    const label: Part = { name: field, bytes: unescaped(name, true), label: true };
    return name.length < 8 ? [part] : [part, label];
  });
  return opened(parts, true);
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

/** Percent-escapes undone byte by byte; a malformed escape stays as it is. */
export function unescaped(bytes: Buffer, plusIsSpace: boolean): Buffer {
  const out = Buffer.alloc(bytes.length);
  let size = 0;
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes[at] ?? 0;
    const two = code === 0x25 ? bytes.toString('latin1', at + 1, at + 3) : '';
    const wide = /^[uU]/.test(two) ? bytes.toString('latin1', at + 2, at + 6) : '';
    if (HEX2.test(two)) {
      out[size++] = Number.parseInt(two, 16);
      at += 2;
    } else if (HEX4.test(wide)) {
      size += out.write(String.fromCharCode(Number.parseInt(wide, 16)), size, 'utf8');
      at += 5;
    } else out[size++] = code === 0x2b && plusIsSpace ? 0x20 : code;
  }
  return out.subarray(0, size);
}

/** Names as programs write them, a first value that is more than base64's padding, no blanks anywhere. */
function isForm(bytes: Buffer): boolean {
  const equals = bytes.subarray(0, 200).indexOf(0x3d);
  if (equals < 1 || !NAME.test(bytes.toString('latin1', 0, equals))) return false;
  const padding = bytes.subarray(equals).every((byte) => byte === 0x3d);
  return !padding && isAll(bytes, UNBROKEN);
}

const HEX2 = /^[0-9a-fA-F]{2}$/;
const HEX4 = /^[0-9a-fA-F]{4}$/;
const ESCAPE = /%(?:[0-9a-fA-F]{2}|[uU][0-9a-fA-F]{4})/;
const NAME = /^&?[\w.$%+*~:@![\]-]+$/;
