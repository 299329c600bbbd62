import type { Opened, Part, Wrapping } from './wrapping.ts';
import { NOT_THIS, clipped, opened } from './wrapping.ts';

/**
 * JSON, each leaf opened by itself. The scanner is our own because it must take what JSON.parse refuses or loses:
 * a cut-off end, several documents in a row, the same key twice, a guard or a function call in front.
 */
export const json: Wrapping = {
  name: 'json',
  recognise: (bytes) => startOf(bytes) >= 0,
  open: openJson,
  wild: null,
  textProves: false,
};

/** Backslash escapes in text that is not JSON as a whole: JSON inside a page, a log line, a header. */
export const escapes: Wrapping = {
  name: 'escapes',
  recognise: (bytes) => bytes.includes('\\/') || bytes.includes('\\u') || bytes.includes('\\"'),
  open: (bytes) => {
    const plain = unescapedJson(bytes);
    return plain.equals(bytes) ? NOT_THIS : opened([{ name: 'escapes', bytes: plain }], false);
  },
  wild: null,
  textProves: false,
};

interface Level {
  readonly path: string;
  /** The next index; null in an object. */
  index: number | null;
  key: Buffer | null;
}

const DEEPEST = 100;

function openJson(bytes: Buffer): Opened {
  const parts: Part[] = [];
  const levels: Level[] = [];
  let documents = 0;
  let at = startOf(bytes);
  let sane = true;

  const placed = (): string => {
    const level = levels.at(-1);
    if (!level) return documents === 0 ? '$' : `$(${documents + 1})`;
    if (level.index !== null) return `${level.path}[${level.index}]`;
    const key = clipped((level.key ?? Buffer.alloc(0)).toString('utf8'));
    return /^[\w$-]+$/.test(key) ? `${level.path}.${key}` : `${level.path}[${JSON.stringify(key)}]`;
  };
  const ended = (): void => {
    const level = levels.at(-1);
    if (!level) documents++;
    else level.key = null;
  };
  const leaf = (value: Buffer): void => {
    parts.push({ name: `json:${placed()}`, bytes: value });
    ended();
  };

  while (at < bytes.length && sane) {
    const code = bytes[at] ?? 0;
    const level = levels.at(-1);
    if (code === 0x7b || code === 0x5b) {
      sane = levels.length < DEEPEST;
      levels.push({ path: placed(), index: code === 0x5b ? 0 : null, key: null });
      at++;
    } else if (code === 0x7d || code === 0x5d) {
      sane = level !== undefined && (level.index === null) === (code === 0x7d);
      levels.pop();
      if (sane) ended();
      at++;
    } else if (code === 0x2c) {
      if (level?.index !== null && level !== undefined) level.index++;
      else if (level) level.key = null;
      at++;
    } else if (code === 0x22) {
      const end = endOfString(bytes, at + 1);
      const value = unescapedJson(bytes.subarray(at + 1, end));
      if (level?.index === null && level.key === null) {
        level.key = value;
        if (value.length >= 8) {
          parts.push({ name: `json:${level.path}`, bytes: value, label: true });
        }
      } else leaf(value);
      at = end + 1;
    } else if (code === 0x3a || code <= 0x20) at++;
    else {
      const end = endOfScalar(bytes, at);
      const scalar = bytes.subarray(at, end);
      sane = /^(?:-?[0-9][0-9.eE+-]{0,400}|true|false|null|NaN|-?Infinity)$/.test(
        scalar.toString('latin1'),
      );
      if (sane) leaf(scalar);
      at = end;
    }
  }
  // What follows a complete document, such as the bracket of a function call, is left to the other rows.
  return parts.length === 0 && !sane ? NOT_THIS : opened(parts, sane);
}

/** Where the JSON begins, behind a guard (`)]}'`) or a function call; -1 when this is no JSON. */
function startOf(bytes: Buffer): number {
  const head = bytes.subarray(0, 96).toString('latin1');
  const lead =
    /^(?:\xef\xbb\xbf)?\s*(?:\)\]\}',?\s*|(?:while\(1\);|for\(;;\);)|[\w$.]{1,64}\()?\s*/.exec(
      head,
    );
  const start = lead?.[0].length ?? 0;
  const first = bytes[start];
  if (first === 0x7b || first === 0x5b) return start;
  return first === 0x22 && bytes.lastIndexOf(0x22) > start ? start : -1;
}

/** The closing quote of a string, or the end of the bytes when it was cut off. */
function endOfString(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1;
  return Math.min(at, bytes.length);
}

function endOfScalar(bytes: Buffer, from: number): number {
  let at = from + 1;
  while (at < bytes.length && !DELIMITERS.has(bytes[at] ?? 0)) at++;
  return at;
}

/** A JSON string's escapes undone; one that is malformed stays as it is. */
function unescapedJson(bytes: Buffer): Buffer {
  if (!bytes.includes(0x5c)) return bytes;
  const text = bytes.toString('latin1');
  const plain = text.replace(/(?:\\u[0-9a-fA-F]{4}){1,4096}|\\["\\/bfnrt]/g, (escape) =>
    escape.startsWith('\\u')
      ? Buffer.from(escape.replace(/\\u(.{4})/g, (_, hex: string) => unit(hex))).toString('latin1')
      : (SHORT.get(escape.charAt(1)) ?? escape.charAt(1)),
  );
  return Buffer.from(plain, 'latin1');
}

function unit(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

const DELIMITERS: ReadonlySet<number> = new Set([...Buffer.from(',:]}" \t\r\n')]);
const SHORT: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
