import { HAS } from '../../value.ts';
import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';

/** Text with signs between its letters that nobody sees: zero-width spaces and joiners, soft hyphens. */
export const invisible: Wrapping = {
  name: 'invisible',
  evidence: 'watermarks in copied text; titles of pages with soft hyphens',
  needs: HAS.HIGH,
  lacks: HAS.NUL,
  first: null,
  recognise: ({ bytes, isText }) => isText && hidesAny(bytes, 0, bytes.length),
  open: ({ bytes }) => {
    const plain = Buffer.allocUnsafe(bytes.length);
    let size = 0;
    for (let at = 0; at < bytes.length;) {
      const length = signAt(bytes, at);
      if (length === 0) plain[size++] = bytes[at++] ?? 0;
      else at += length;
    }
    if (size === bytes.length) return NOT_THIS;
    return opened(
      [{ name: 'invisible', bytes: plain.subarray(0, size), at: [0, bytes.length] }],
      false,
    );
  },
  wild: null,
  textProves: false,
};

/** Whether such a sign stands within. */
export function hidesAny(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at + 1 < end; at++)
    if ((bytes[at] ?? 0) >= 0xc2 && signAt(bytes, at) > 0) return true;
  return false;
}

/** In UTF-8: soft hyphen, U+200B to U+200F, word joiner and the invisible signs of mathematics, U+FEFF. */
const SIGNS = ['\u00ad', '\u200b', '\u200c', '\u200d', '\u200e', '\u200f', '\u2060', '\ufeff'].map(
  (sign) => Buffer.from(sign),
);

function signAt(bytes: Buffer, at: number): number {
  const first = bytes[at];
  if (first !== 0xc2 && first !== 0xe2 && first !== 0xef) return 0;
  const sign = SIGNS.find((one) => one.every((byte, i) => bytes[at + i] === byte));
  return sign?.length ?? 0;
}
