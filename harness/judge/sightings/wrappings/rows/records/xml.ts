import { HAS } from '../../value.ts';
import type { Opened, Part, Wrapping } from '../../wrapping.ts';
import { NOT_THIS, clipped } from '../../wrapping.ts';
import { withoutEntities } from '../text/entities.ts';
import type { Span } from '../leaves.ts';
import { leavesOf } from '../leaves.ts';

/**
 * XML, as far as it goes: texts, attributes, CDATA and comments, each opened by itself; property lists by their keys.
 * A page is left to the rows for text: it is long, and what it hides stands in plain runs or behind entities. Own scanner: parsers refuse what is cut off or malformed, and here every piece counts.
 */
export const xml: Wrapping = {
  name: 'xml',
  evidence: 'SOAP, RSS, Android backups, XML property lists, pages',
  needs: HAS.LESS,
  lacks: HAS.NUL,
  first: null,
  recognise: ({ bytes }) => {
    const head = bytes.toString('latin1', 0, 96);
    return /^(?:\xef\xbb\xbf)?\s{0,64}<[A-Za-z?!]/.test(head) && !HTML.test(head);
  },
  open: ({ bytes }) => scan(bytes),
  wild: null,
  textProves: false,
};

const HTML = /<(?:!doctype html|html|head|body|div|script|p|span|table|ul)[\s>]/i;

interface Scan {
  readonly bytes: Buffer;
  readonly spans: Span[];
  readonly parts: Part[];
  readonly path: string[];
  key: string | null;
}

function scan(bytes: Buffer): Opened {
  const state: Scan = { bytes, spans: [], parts: [], path: [], key: null };
  for (let at = 0; at < bytes.length;) {
    const open = bytes.indexOf(0x3c, at);
    const end = open < 0 ? bytes.length : open;
    text(state, at, end);
    if (open < 0) break;
    at = markup(state, open);
  }
  const { spans, parts } = state;
  if (spans.length + parts.length === 0) return NOT_THIS;
  // Scripts and what is no markup after all are left to the other rows as well.
  return { ...NOT_THIS, parts, leaves: leavesOf(spans), whole: false };
}

/** Passes one tag, comment or section; gives where it ends. */
function markup(state: Scan, open: number): number {
  const { bytes, path } = state;
  const to = (mark: string, length: number): number => {
    const found = bytes.indexOf(mark, open + length);
    return found < 0 ? bytes.length : found;
  };
  const head = bytes.toString('latin1', open, open + 9);
  if (head.startsWith('<!--')) {
    const end = to('-->', 4);
    leaf(state, open + 4, end, 'comment');
    return end + 3;
  }
  if (head === '<![CDATA[') {
    const end = to(']]>', 9);
    leaf(state, open + 9, end, '', false);
    return end + 3;
  }
  const end = to('>', 1);
  const name = /^<(\/?)([A-Za-z_][\w:.-]{0,80})/.exec(
    bytes.toString('latin1', open, Math.min(end, open + 84)),
  );
  if (name === null) return end + 1;
  const [, closing, tag = ''] = name;
  if (closing === '/') {
    const opened = path.lastIndexOf(tag);
    if (opened >= 0) path.length = opened;
    return end + 1;
  }
  path.push(tag);
  attributes(state, open + 1 + tag.length, end);
  const empty = bytes[end - 1] === 0x2f || VOID.has(tag.toLowerCase());
  if (empty) path.pop();
  if (path.length > DEEPEST) path.length = DEEPEST;
  return end + 1;
}

function attributes(state: Scan, from: number, to: number): void {
  const { bytes } = state;
  for (let at = from; at < to;) {
    const equals = bytes.indexOf(0x3d, at);
    if (equals < 0 || equals >= to) return;
    const quote = bytes[equals + 1] ?? 0;
    const quoted = quote === 0x22 || quote === 0x27;
    const start = quoted ? equals + 2 : equals + 1;
    const found = quoted ? bytes.indexOf(quote, start) : bytes.indexOf(0x20, start);
    const end = found < 0 || found > to ? to : found;
    const name =
      /([\w:.-]{1,80})\s*$/.exec(
        bytes.toString('latin1', Math.max(at, equals - 84), equals),
      )?.[1] ?? '';
    leaf(state, start, end, `@${name}`);
    at = end + 1;
  }
}

function text(state: Scan, from: number, to: number): void {
  const { bytes } = state;
  let [start, end] = [from, to];
  while (start < end && isBlank(bytes[start] ?? 0)) start++;
  while (end > start && isBlank(bytes[end - 1] ?? 0)) end--;
  if (end === start) return;
  const tag = state.path.at(-1);
  if (tag === 'key') state.key = bytes.toString('utf8', start, Math.min(end, start + 80));
  leaf(state, start, end, '');
}

function leaf(state: Scan, start: number, end: number, suffix: string, escaped = true): void {
  if (end <= start) return;
  const { bytes, spans, parts, path, key } = state;
  const place =
    path[0] === 'plist' ? `plist:${clipped(key ?? '')}` : `xml:${path.slice(-4).join('/')}`;
  const name = place + suffix;
  const raw = bytes.subarray(start, end);
  // The base64 of a property list is broken into indented lines.
  const broken = path.at(-1) === 'data' && raw.includes(0x0a);
  const plain = broken
    ? Buffer.from(raw.filter((code) => !isBlank(code)))
    : escaped
      ? withoutEntities(raw)
      : raw;
  if (plain.equals(raw)) spans.push({ start, end, name });
  else parts.push({ name, bytes: plain, at: [start, end] });
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

const DEEPEST = 100;
const VOID: ReadonlySet<string> = new Set([
  'br',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'source',
  'area',
  'base',
  'col',
  'embed',
  'track',
  'wbr',
  '?xml',
  '!doctype',
]);
