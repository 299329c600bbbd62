import { HAS } from '../../value.ts';
import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';

/** RFC 2045: `=XX` in capitals, and lines that end in `=` go on. */
export const quotedPrintable: Wrapping = {
  name: 'quoted-printable',
  evidence: 'mail, MMS, vCard 2.1 as Android exports contacts',
  needs: HAS.EQUALS,
  lacks: HAS.NUL | HAS.CONTROL,
  first: null,
  recognise: ({ bytes }) => {
    for (let at = bytes.indexOf(0x3d); at >= 0; at = bytes.indexOf(0x3d, at + 1)) {
      const kind = escapeAt(bytes, at);
      if (kind > 1) return true;
      // A form or an address holds one by chance, as in `a=20`; nobody has to escape a digit or letter.
      if (kind === 1 && (isEquals(bytes, at) || escapeAt(bytes, at + 3) === 1)) return true;
    }
    return false;
  },
  open: ({ bytes }) => {
    const out = Buffer.allocUnsafe(bytes.length);
    let size = 0;
    for (let at = 0; at < bytes.length; at++) {
      const code = bytes[at] ?? 0;
      const kind = code === 0x3d ? escapeAt(bytes, at) : 0;
      if (kind === 1) {
        out[size++] = Number.parseInt(bytes.toString('latin1', at + 1, at + 3), 16);
        at += 2;
      } else if (kind > 1) at += kind - 1;
      else out[size++] = code;
    }
    if (size === bytes.length) return NOT_THIS;
    return opened([{ name: 'quoted-printable', bytes: out.subarray(0, size) }], false);
  },
  wild: null,
  textProves: false,
};

/** 1: an escaped byte; 2 and 3: the length of a soft line break; 0: neither. */
function escapeAt(bytes: Buffer, at: number): 0 | 1 | 2 | 3 {
  if (bytes[at + 1] === 0x0a) return 2;
  if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return 3;
  return bytes[at] === 0x3d && isDigit(bytes[at + 1]) && isDigit(bytes[at + 2]) ? 1 : 0;
}

function isEquals(bytes: Buffer, at: number): boolean {
  return bytes[at + 1] === 0x33 && bytes[at + 2] === 0x44;
}

function isDigit(code = 0): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x46);
}
