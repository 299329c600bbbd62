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

/** In UTF-8 the length of a soft hyphen, U+200B to U+200F, the word joiner U+2060 or U+FEFF; 0 where none stands. */
function signAt(bytes: Buffer, at: number): 0 | 2 | 3 {
  const first = bytes[at];
  if (first === 0xc2) return bytes[at + 1] === 0xad ? 2 : 0;
  const [second = 0, third = 0] = [bytes[at + 1], bytes[at + 2]];
  if (first === 0xef) return second === 0xbb && third === 0xbf ? 3 : 0;
  if (first !== 0xe2) return 0;
  if (second === 0x80) return third >= 0x8b && third <= 0x8f ? 3 : 0;
  return second === 0x81 && third === 0xa0 ? 3 : 0;
}
