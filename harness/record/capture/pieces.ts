import { Fault } from '../../lib/fault.ts';

/** One line of a JSONL file, or one entry of a HAR, as bytes; null: longer than can be read at all. */
export interface Piece {
  readonly index: number;
  readonly bytes: Buffer | null;
  /** The file ends here, before the list does: where. */
  readonly end?: string;
}

/** A single request with its response; what is longer is listed as unreadable, not read. */
const LONGEST = 400 * 2 ** 20;

/** Lines, blank ones counted and passed over. */
export async function* linesOfBytes(chunks: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  let index = 0;
  const held = new Held();
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      held.add(chunk.subarray(from, end));
      yield { index: index++, bytes: held.take() };
      from = end + 1;
    }
    held.add(chunk.subarray(from));
  }
  if (held.size > 0) yield { index, bytes: held.take() };
}

/**
 * The elements of `log.entries` of a HAR, found by brackets and quotes alone, so that a file larger than any string can
 * be read and an entry that is no JSON costs nothing but itself. Faults when the file is no HAR, or ends before its first
 * entry does: of a later end the last piece says where it is.
 */
export async function* entriesOfHar(
  chunks: AsyncIterable<Buffer>,
  file: string,
): AsyncGenerator<Piece> {
  const held = new Held();
  let [depth, index, entries, quoted, escaped] = [0, 0, -1, false, false];
  const keys = ['', ''];
  let text = '';
  let [over, given] = [false, false];
  for await (const chunk of chunks) {
    let from = depth > entries && entries >= 0 ? 0 : -1;
    for (let at = 0; at < chunk.length; at++) {
      const code = chunk[at] ?? 0;
      if (quoted) {
        if (escaped) escaped = false;
        else if (code === BACKSLASH) escaped = true;
        else if (code === QUOTE) quoted = false;
        else if (entries < 0 && text.length < 16) text += String.fromCharCode(code);
        continue;
      }
      // What is no object is an entry all the same, and counts.
      if (code === COMMA && depth === entries) {
        if (!given) yield { index, bytes: NO_OBJECT };
        [index, given] = [index + 1, false];
      }
      if (code === QUOTE) [quoted, text] = [true, ''];
      else if (code === COLON && depth >= 1 && depth <= 2) keys[depth - 1] = text;
      else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
        depth++;
        if (entries < 0 && depth === 3 && code === OPEN_ARRAY && keys.join('.') === 'log.entries')
          entries = 3;
        else if (depth === entries + 1 && entries >= 0) from = at;
      } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
        depth--;
        if (entries < 0) continue;
        if (depth === entries && from >= 0) {
          held.add(chunk.subarray(from, at + 1));
          yield { index, bytes: held.take() };
          [from, given] = [-1, true];
        } else if (depth < entries) {
          if (!given && index > 0) yield { index, bytes: NO_OBJECT };
          over = true;
          break;
        }
      }
    }
    if (over) break;
    if (from >= 0) held.add(chunk.subarray(from));
  }
  if (entries < 0) {
    throw new Fault(
      'not-a-har',
      `${file} has no log.entries`,
      'Give a HAR 1.2 file, as a browser or a proxy exports it.',
    );
  }
  if (!over) {
    const where =
      held.size > 0
        ? `in the middle of entry ${index}`
        : `after ${index + (given ? 1 : 0)} entries, before the end of the list`;
    // Nothing at all is another matter than a bad end: what came before it stands.
    if (index > 0 || given) yield { index: given ? index + 1 : index, bytes: null, end: where };
    else
      throw new Fault(
        'broken-har',
        `${file} ends ${where}`,
        'Export it again: what is missing cannot be searched.',
      );
  }
}

/** Bytes of one piece, from however many chunks. */
class Held {
  #chunks: Buffer[] = [];
  #tooLong = false;
  size = 0;

  add(bytes: Buffer): void {
    this.size += bytes.length;
    this.#tooLong ||= this.size > LONGEST;
    if (this.#tooLong) this.#chunks = [];
    // The stream reuses nothing: its chunks may be kept.
    else if (bytes.length > 0) this.#chunks.push(bytes);
  }

  take(): Buffer | null {
    const bytes = this.#tooLong ? null : Buffer.concat(this.#chunks);
    [this.#chunks, this.#tooLong, this.size] = [[], false, 0];
    return bytes;
  }
}

const NO_OBJECT = Buffer.from('null');
const NEWLINE = 0x0a;
const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
