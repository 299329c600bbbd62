import { HAS } from '../../value.ts';
import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS, clipped } from '../../wrapping.ts';
import type { Span } from '../leaves.ts';
import { leavesOf } from '../leaves.ts';

/** The pairs of a cookie header, each value opened by itself. */
export const cookie: Wrapping = {
  name: 'cookie',
  evidence: 'Cookie and Set-Cookie headers: identifiers in base64, JSON behind percent-encoding',
  needs: HAS.EQUALS | HAS.OTHER,
  lacks: HAS.NUL | HAS.CONTROL | HAS.LINE,
  first: null,
  recognise: ({ bytes }) =>
    bytes.length < 2 ** 16 && COOKIE.test(bytes.toString('latin1', 0, 4096)),
  open: ({ bytes }) => {
    const spans: Span[] = [];
    for (let start = 0; start < bytes.length;) {
      const found = bytes.indexOf(0x3b, start);
      const end = found < 0 ? bytes.length : found;
      const equals = bytes.indexOf(0x3d, start);
      if (equals >= 0 && equals < end) {
        const name = clipped(bytes.toString('utf8', start, equals).trim());
        spans.push({ start: equals + 1, end, name: `cookie:${name}` });
      }
      start = end + 1;
    }
    return { ...NOT_THIS, leaves: leavesOf(spans) };
  },
  wild: null,
  textProves: false,
};

/** The segments of a path, each opened by itself. */
export const path: Wrapping = {
  name: 'path',
  evidence: 'REST-like collectors: the record in base64 as a segment',
  needs: HAS.SLASH,
  lacks: HAS.NUL | HAS.CONTROL | HAS.LINE | HAS.BLANK,
  first: [0x2f],
  recognise: ({ bytes }) => bytes.length < 2 ** 16 && !bytes.subarray(0, 4).equals(JPEG),
  open: ({ bytes }) => {
    const spans: Span[] = [];
    for (let start = 1; start < bytes.length && spans.length < 200;) {
      const found = bytes.indexOf(0x2f, start);
      const end = found < 0 ? bytes.length : found;
      if (end > start) spans.push({ start, end, name: `path:${spans.length}` });
      start = end + 1;
    }
    return { ...NOT_THIS, leaves: leavesOf(spans) };
  },
  wild: null,
  textProves: false,
};

/** Every JPEG in base64 begins so, and is no path: its pieces would open to what passes for understood. */
const JPEG = Buffer.from('/9j/');

const COOKIE = /^\s?[\w.$!#%&'*+^`|~-]{1,200}=[^;]*;/;
