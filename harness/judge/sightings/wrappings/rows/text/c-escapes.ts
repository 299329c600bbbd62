import { isUtf8 } from 'node:buffer';
import { HAS } from '../../value.ts';
import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';

/** Backslash escapes that JSON does not have: `\xNN`, octal `\NNN`, `\u{N}`, `\U` of eight, and the doubled one. */
export const cEscapes: Wrapping = {
  name: 'c-escapes',
  evidence: 'scripts in pages, logs, strings of C, Java and Python',
  needs: HAS.BACKSLASH,
  lacks: HAS.NUL | HAS.CONTROL,
  first: null,
  recognise: ({ bytes }) => {
    for (let at = bytes.indexOf(0x5c); at >= 0; at = bytes.indexOf(0x5c, at + 1)) {
      const next = bytes[at + 1] ?? 0;
      if (LEADS.has(next)) return true;
    }
    return false;
  },
  open: ({ bytes }) => {
    const plain = unescaped(bytes, false);
    if (plain.length === bytes.length) return NOT_THIS;
    // In C and Python `\xE9` is a byte, in JavaScript a character: what gives no text was a character.
    const characters = unescaped(bytes, true);
    if (isUtf8(plain)) return opened([{ name: 'c-escapes', bytes: plain }], false);
    return opened([{ name: 'c-escapes', bytes: characters, or: plain }], false);
  },
  wild: null,
  textProves: false,
};

function unescaped(bytes: Buffer, characters: boolean): Buffer {
  const out = Buffer.allocUnsafe(bytes.length);
  let size = 0;
  for (let at = 0; at < bytes.length;) {
    const code = bytes[at] ?? 0;
    const escape = code === 0x5c ? SHAPE.exec(bytes.toString('latin1', at, at + 12)) : null;
    if (escape === null) {
      out[size++] = code;
      at++;
      continue;
    }
    const [written, byte, point, unit, octal] = escape;
    if (byte !== undefined && characters) size += written8(out, size, Number.parseInt(byte, 16));
    else if (byte !== undefined) out[size++] = Number.parseInt(byte, 16);
    else if (octal !== undefined) out[size++] = Number.parseInt(octal, 8) & 0xff;
    else if (unit === undefined && point === undefined) out[size++] = 0x5c;
    else size += written8(out, size, Number.parseInt(unit ?? point ?? '', 16));
    at += written.length;
  }
  return out.subarray(0, size);
}

/** `x`, `U`, `u`, the octal digits and the backslash. */
const LEADS: ReadonlySet<number> = new Set(Buffer.from('xUu\\01234567'));
const SHAPE =
  /^\\(?:x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]{1,6})\}|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|\\)/;

/** A character as UTF-8, never longer than what wrote it; nothing for a number that is none. */
function written8(out: Buffer, at: number, code: number): number {
  return code > 0x10ffff ? 0 : out.write(String.fromCodePoint(code), at, 'utf8');
}
