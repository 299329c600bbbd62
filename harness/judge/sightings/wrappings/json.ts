import { unescapeInto, unescapedJson } from './escapes.ts';
import { numberedEnd } from './rows/letters/numbered.ts';
import { HAS } from './value.ts';
import type { Leaves, Opened, Wrapping } from './wrapping.ts';
import { NOT_THIS, clipped } from './wrapping.ts';

/**
 * JSON, each leaf opened by itself. The scanner is our own because it must take what JSON.parse refuses or loses:
 * a cut-off end, several documents in a row, the same key twice, a guard or a function call in front.
 */
export const json: Wrapping = {
  name: 'json',
  evidence: 'nearly every collector',
  needs: 0,
  lacks: HAS.NUL,
  first: null,
  recognise: ({ bytes, kinds }) => (kinds & (HAS.OPENING | HAS.QUOTE)) !== 0 && startOf(bytes) >= 0,
  open: ({ bytes }) => openJson(bytes),
  wild: null,
  textProves: false,
};

const DEEPEST = 100;

function openJson(bytes: Buffer): Opened {
  const start = startOf(bytes);
  const walked = walk(bytes, start, false);
  if (walked.count === 0 && !walked.sane) return NOT_THIS;
  // Most names are never asked for, and making them costs more than everything else here.
  let names: readonly string[] | null = null;
  const named = (): readonly string[] => (names ??= walk(bytes, start, true).names);
  const plain: number[] = [];
  const asIs: number[] = [];
  const escaped: number[] = [];
  let room = 0;
  for (let leaf = 0; leaf < walked.count; leaf++) {
    if (((walked.marks[leaf] ?? 0) & ESCAPED) === 0) {
      plain.push(leaf);
      asIs.push(walked.spans[2 * leaf] ?? 0, walked.spans[2 * leaf + 1] ?? 0);
    } else {
      escaped.push(leaf);
      room += 1 + (walked.spans[2 * leaf + 1] ?? 0) - (walked.spans[2 * leaf] ?? 0);
    }
  }
  const leavesOf = (which: readonly number[], own: Buffer | null, spans: number[]): Leaves => ({
    bytes: own,
    spans,
    nameOf: (leaf) => named()[which[leaf] ?? 0] ?? 'json',
    isLabel: (leaf) => ((walked.marks[which[leaf] ?? 0] ?? 0) & LABEL) !== 0,
    placeOf: (leaf) => {
      const at = 2 * (which[leaf] ?? 0);
      return [walked.spans[at] ?? 0, walked.spans[at + 1] ?? 0];
    },
  });
  const leaves = [leavesOf(plain, null, asIs)];
  if (escaped.length > 0) {
    // A line break between two values, so that nothing is seen across them.
    const own = Buffer.allocUnsafe(room).fill(0x0a);
    const spans: number[] = [];
    let size = 0;
    for (const leaf of escaped) {
      const start = size;
      size = unescapeInto(
        own,
        size,
        bytes,
        walked.spans[2 * leaf] ?? 0,
        walked.spans[2 * leaf + 1] ?? 0,
      );
      spans.push(start, size++);
    }
    leaves.push(leavesOf(escaped, own.subarray(0, size), spans));
  }
  // What follows a complete document, such as the bracket of a function call, is left to the other rows.
  return { ...NOT_THIS, leaves, whole: walked.sane };
}

const LABEL = 1;
const ESCAPED = 2;
/** Shorter keys are nothing but keys. */
const SHORTEST_LABEL = 8;

interface Walked {
  readonly spans: readonly number[];
  readonly marks: readonly number[];
  readonly names: readonly string[];
  readonly count: number;
  readonly sane: boolean;
}

interface Level {
  readonly path: string;
  /** The next index; null in an object. */
  index: number | null;
  key: string | null;
}

/** One pass over the tokens; the names of the leaves are made only when `named`. */
function walk(bytes: Buffer, start: number, named: boolean): Walked {
  const spans: number[] = [];
  const marks: number[] = [];
  const names: string[] = [];
  const levels: Level[] = [];
  let level: Level | undefined;
  let documents = 0;
  let at = start;
  let sane = true;

  const placed = (): string => {
    if (!named) return '';
    if (!level) return documents === 0 ? '$' : `$(${documents + 1})`;
    if (level.index !== null) return `${level.path}[${level.index}]`;
    const key = clipped(level.key ?? '');
    return /^[\w$-]+$/.test(key) ? `${level.path}.${key}` : `${level.path}[${JSON.stringify(key)}]`;
  };
  const ended = (): void => {
    if (!level) documents++;
    else level.key = null;
  };
  const leaf = (from: number, to: number, mark: number, place: string): void => {
    spans.push(from, to);
    marks.push(mark);
    if (named) names.push(`json:${place}`);
  };

  while (at < bytes.length && sane) {
    const code = bytes[at] ?? 0;
    if (code === 0x22) {
      const from = at + 1;
      let end = from;
      let mark = 0;
      for (; end < bytes.length; end++) {
        const byte = bytes[end];
        if (byte === 0x22) break;
        if (byte === 0x5c) {
          mark = ESCAPED;
          end++;
        }
      }
      if (end > bytes.length) end = bytes.length;
      if (level?.index === null && level.key === null) {
        level.key = named ? unescapedJson(bytes.subarray(from, end)).toString('utf8') : '';
        if (end - from >= SHORTEST_LABEL) leaf(from, end, mark | LABEL, level.path);
      } else {
        leaf(from, end, mark, placed());
        ended();
      }
      at = end + 1;
    } else if (code === 0x3a || code <= 0x20) at++;
    else if (code === 0x2c) {
      if (level) {
        if (level.index !== null) level.index++;
        else level.key = null;
      }
      at++;
    } else if (code === 0x5b && isByteList(bytes, at)) {
      // Text as a list of numbers is one value.
      const end = bytes.indexOf(0x5d, at);
      leaf(at + 1, end, 0, placed());
      ended();
      at = end + 1;
    } else if (code === 0x7b && numberedEnd(bytes, at) > 0) {
      const end = numberedEnd(bytes, at);
      leaf(at, end, 0, placed());
      ended();
      at = end;
    } else if (code === 0x7b || code === 0x5b) {
      sane = levels.length < DEEPEST;
      level = { path: placed(), index: code === 0x5b ? 0 : null, key: null };
      levels.push(level);
      at++;
    } else if (code === 0x7d || code === 0x5d) {
      sane = level !== undefined && (level.index === null) === (code === 0x7d);
      levels.pop();
      level = levels.at(-1);
      if (sane) ended();
      at++;
    } else {
      let end = at + 1;
      while (end < bytes.length && DELIMITER[bytes[end] ?? 0] === 0) end++;
      sane = isScalar(bytes, at, end);
      if (sane) {
        leaf(at, end, 0, placed());
        ended();
      }
      at = end;
    }
  }
  return { spans, marks, names, count: marks.length, sane };
}

/** Where the JSON begins, behind a guard (`)]}'`) or a function call; -1 when this is no JSON. */
function startOf(bytes: Buffer): number {
  const code = bytes[0] ?? 0;
  let start = 0;
  if (code !== 0x7b && code !== 0x5b) {
    const head = bytes.toString('latin1', 0, 96);
    const lead =
      /^(?:\xef\xbb\xbf)?\s*(?:\)\]\}',?\s*|(?:while\(1\);|for\(;;\);)|[\w$.]{1,64}\()?\s*/.exec(
        head,
      );
    start = lead?.[0].length ?? 0;
  }
  const first = bytes[start];
  if (first === 0x7b || first === 0x5b) return start;
  return first === 0x22 && bytes.lastIndexOf(0x22) > start ? start : -1;
}

/** At least eight whole numbers of up to five digits, and nothing else. */
function isByteList(bytes: Buffer, from: number): boolean {
  let [numbers, digits] = [0, 0];
  for (let at = from + 1; at < bytes.length; at++) {
    const code = bytes[at] ?? 0;
    if (code >= 0x30 && code <= 0x39) {
      if (++digits > 5) return false;
      if (digits === 1) numbers++;
    } else if (code === 0x5d) return numbers >= 8;
    else if (code === 0x2c || code <= 0x20) digits = 0;
    else if (code !== 0x2d || digits > 0) return false;
  }
  return false;
}

function isScalar(bytes: Buffer, at: number, end: number): boolean {
  const code = bytes[at] ?? 0;
  if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
    if (end - at > 400) return false;
    for (let i = at + 1; i < end; i++) if (NUMERIC[bytes[i] ?? 0] === 0) return false;
    if (code !== 0x2d || end - at > 1) return true;
  }
  return (
    end - at <= 9 && /^(?:true|false|null|NaN|-?Infinity)$/.test(bytes.toString('latin1', at, end))
  );
}

function table(letters: string): Uint8Array {
  const set = new Uint8Array(256);
  for (const byte of Buffer.from(letters)) set[byte] = 1;
  return set;
}

const DELIMITER = table(',:]}" \t\r\n');
const NUMERIC = table('0123456789.eE+-');
