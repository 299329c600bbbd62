import { alphabet } from '../../alphabet.ts';
import { HAS } from '../../value.ts';
import type { Leaves, Wrapping } from '../../wrapping.ts';
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
    (bytes[0] === SLASH ? !beginsAsJpeg(bytes) : (kinds & HAS.COLON) !== 0 && behind(bytes) > 0),
  open: ({ bytes }) => {
    const spans = spansOf(bytes);
    if (spans.length === 0) return NOT_THIS;
    // Few addresses hold anything, so that names are made only then.
    let named: readonly string[] | null = null;
    const leaves: Leaves = {
      bytes: null,
      plainIsOuter: bytes[0] !== SLASH,
      spans,
      nameOf: (leaf) => (named ??= namesOf(bytes, spans))[leaf] ?? '',
      isLabel: () => false,
      placeOf: (leaf) => [spans[2 * leaf] ?? 0, spans[2 * leaf + 1] ?? 0],
    };
    return { ...NOT_THIS, leaves: [leaves] };
  },
  wild: null,
  textProves: false,
};

/** Every JPEG in base64 begins so, and is no path: its pieces would open to what passes for understood. */
function beginsAsJpeg(bytes: Buffer): boolean {
  return bytes[1] === 0x39 && bytes[2] === 0x6a && bytes[3] === SLASH;
}

/** How long the scheme is with its `://`, as in `https://`; 0 when there is none. */
function behind(bytes: Buffer): number {
  let at = 0;
  while (at < 31 && IN_SCHEME[bytes[at] ?? 0] === 1) at++;
  const first = (bytes[0] ?? 0) | 0x20;
  const isLetter = first >= 0x61 && first <= 0x7a;
  const isMark = bytes[at] === 0x3a && bytes[at + 1] === SLASH && bytes[at + 2] === SLASH;
  return isLetter && isMark ? at + 3 : 0;
}

/** Segments up to the query, then what stands between its separators, behind its name: start and end of each. */
function spansOf(bytes: Buffer): number[] {
  const spans: number[] = [];
  let start = behind(bytes);
  const [mark, hash] = [bytes.indexOf(0x3f, start), bytes.indexOf(0x23, start)];
  const asked =
    mark < 0 ? (hash < 0 ? bytes.length : hash) : hash < 0 ? mark : Math.min(mark, hash);
  for (let at = start; at <= asked && spans.length < MOST; at++) {
    if (at < asked && PATH[bytes[at] ?? 0] === 0) continue;
    if (at > start) spans.push(start, at);
    start = at + 1;
  }
  start = asked;
  const most = spans.length + MOST;
  for (let [at, equals] = [asked, -1]; at <= bytes.length && spans.length < most; at++) {
    if (equals < 0 && bytes[at] === 0x3d) equals = at;
    if (at < bytes.length && QUERY[bytes[at] ?? 0] === 0) continue;
    if (at > start) spans.push(equals < 0 ? start : equals + 1, at);
    [start, equals] = [at + 1, -1];
  }
  return spans;
}

function namesOf(bytes: Buffer, spans: readonly number[]): string[] {
  const scheme = behind(bytes);
  let [segments, asked] = [scheme > 0 ? -1 : 0, false];
  const names: string[] = [];
  for (let at = 0, end = scheme; at < spans.length; at += 2) {
    const start = spans[at] ?? 0;
    // What stands between two pieces: separators, and a name in the query.
    const before = bytes.toString('utf8', end, start);
    asked ||= /[?#]/.test(before);
    if (asked) names.push(`query:${clipped(/([^?&#;=]*)=$/.exec(before)?.[1] ?? '')}`);
    else names.push(segments < 0 ? 'url:host' : `path:${segments}`);
    segments++;
    end = spans[at + 1] ?? 0;
  }
  return names;
}

/** So many segments, and so many values. */
const MOST = 400;
const SLASH = 0x2f;
const IN_SCHEME = alphabet('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-');
const PATH = alphabet('/;');
const QUERY = alphabet('?&#;');
const COOKIE = /^\s?[\w.$!#%&'*+^`|~-]{1,200}=[^;]*;/;
