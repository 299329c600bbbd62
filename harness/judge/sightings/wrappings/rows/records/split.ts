import { alphabet } from '../../alphabet.ts';
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

/** An address or a path: each segment, query value and the fragment opened by itself, as they are. */
export const url: Wrapping = {
  name: 'url',
  evidence:
    'Referer and Location headers, redirects; REST-like collectors: the record as a segment',
  needs: HAS.SLASH,
  lacks: HAS.NUL | HAS.CONTROL | HAS.LINE | HAS.BLANK,
  first: null,
  recognise: ({ bytes, kinds }) =>
    bytes.length < 2 ** 16 &&
    !bytes.subarray(0, 4).equals(JPEG) &&
    (bytes[0] === 0x2f ||
      ((kinds & HAS.COLON) !== 0 && SCHEME.test(bytes.toString('latin1', 0, 40)))),
  open: ({ bytes }) => {
    const plainIsOuter = bytes[0] !== 0x2f;
    const leaves = leavesOf(piecesOf(bytes)).map((one) => ({ ...one, plainIsOuter }));
    return { ...NOT_THIS, leaves };
  },
  wild: null,
  textProves: false,
};

/** Every JPEG in base64 begins so, and is no path: its pieces would open to what passes for understood. */
const JPEG = Buffer.from('/9j/');

/** Segments up to the query, then what stands between its separators, each behind its name. */
function piecesOf(bytes: Buffer): Span[] {
  const scheme = SCHEME.exec(bytes.toString('latin1', 0, 40))?.[0].length ?? 0;
  const found = bytes.findIndex((code, at) => at >= scheme && (code === 0x3f || code === 0x23));
  const asked = found < 0 ? bytes.length : found;
  const segments = between(bytes, scheme, asked, PATH).map(({ start, end }, which) => ({
    start,
    end,
    name: scheme > 0 && which === 0 ? 'url:host' : `path:${which - (scheme > 0 ? 1 : 0)}`,
  }));
  const values = between(bytes, asked, bytes.length, QUERY).map(({ start, end }): Span => {
    const equals = bytes.subarray(start, end).indexOf(0x3d);
    const name = clipped(bytes.toString('utf8', start, equals < 0 ? start : start + equals));
    return { start: equals < 0 ? start : start + equals + 1, end, name: `query:${name}` };
  });
  return [...segments, ...values];
}

function between(bytes: Buffer, from: number, to: number, glue: Uint8Array): Omit<Span, 'name'>[] {
  const pieces: Omit<Span, 'name'>[] = [];
  for (let start = from; start < to && pieces.length < 200;) {
    let end = start;
    while (end < to && glue[bytes[end] ?? 0] === 0) end++;
    if (end > start) pieces.push({ start, end });
    start = end + 1;
  }
  return pieces;
}

const SCHEME = /^[a-z][a-z0-9+.-]{0,30}:\/\//i;
const PATH = alphabet('/;');
const QUERY = alphabet('?&#;');
const COOKIE = /^\s?[\w.$!#%&'*+^`|~-]{1,200}=[^;]*;/;
