import { isUtf8 } from 'node:buffer';
import type { Part, Wrapping } from './wrapping.ts';
import { NOT_THIS, opened } from './wrapping.ts';

/** Base64 in either alphabet or a mixture, padded or not, wrapped in lines or not, also inside a longer text. */
export const base64: Wrapping = {
  name: 'base64',
  recognise: (bytes) => {
    const text = unwrapped(bytes);
    return (
      text.length >= 8 && BASE64.test(text) && !HEX.test(text) && (text.length < 24 || mixed(text))
    );
  },
  open: (bytes) => {
    const text = unwrapped(bytes);
    const decoded = Buffer.from(text, 'base64');
    return decoded.length === 0
      ? NOT_THIS
      : opened([{ name: nameOf(text), bytes: decoded }], false);
  },
  wild: (bytes) =>
    [...new Set(bytes.toString('latin1').match(RUN) ?? [])]
      .map((run) => readings(run).filter((one) => !HEX.test(one) && mixed(one)))
      .map((runs) => runs.flatMap(alignments).map((run) => Buffer.from(run, 'latin1'))),
  textProves: true,
};

/** Two hex digits a byte, in either case. */
export const hex: Wrapping = {
  name: 'hex',
  recognise: (bytes) => {
    const text = bytes.toString('latin1');
    return text.length >= 16 && text.length % 2 === 0 && HEX.test(text);
  },
  open: (bytes) => {
    const part: Part = { name: 'hex', bytes: Buffer.from(bytes.toString('latin1'), 'hex') };
    return opened([part], false);
  },
  wild: (bytes) =>
    [...new Set(bytes.toString('latin1').match(HEX_RUN) ?? [])].map((run) => [
      Buffer.from(run.length % 2 === 0 ? run : run.slice(0, -1), 'latin1'),
    ]),
  textProves: true,
};

/** A run holds the signs of both alphabets: a path or a list may be glued to it by `/`, `-` or `_`. */
function readings(run: string): string[] {
  const pieces = [
    /[A-Za-z0-9+/]{16,}={0,2}/g,
    /[A-Za-z0-9_-]{16,}={0,2}/g,
    /[A-Za-z0-9]{16,}={0,2}/g,
  ];
  return [...new Set([run, ...pieces.flatMap((piece) => run.match(piece) ?? [])])];
}

/**
 * A run may begin with letters that are not part of it. The other three alignments are kept only where they open
 * to text or to a compressed stream.
 */
function alignments(run: string): string[] {
  const shifted = [1, 2, 3].map((offset) => run.slice(offset));
  return [run, ...shifted.filter((one) => telling(Buffer.from(one, 'base64')))];
}

function telling(bytes: Buffer): boolean {
  if (bytes.length < 12) return false;
  if (MAGIC.has(bytes.readUInt16BE(0))) return true;
  const cut = bytes.subarray(0, 4096);
  return isUtf8(cut) && !/[^\P{Cc}\t\r\n]/u.test(cut.toString('utf8'));
}

/** Lines of 60 and more columns are joined, as mail and certificates wrap them. */
function unwrapped(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  return /^[^\r\n]{60,}\r?\n/.test(text) ? text.replace(/\r?\n/g, '') : text.trim();
}

function nameOf(text: string): string {
  return /[-_]/.test(text) ? 'base64url' : 'base64';
}

/** Real base64 of any length holds both cases and a share of capitals and digits; words of a language do not. */
function mixed(text: string): boolean {
  const capitals = text.match(/[A-Z0-9]/g)?.length ?? 0;
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && capitals >= text.length / 8;
}

const BASE64 = /^[A-Za-z0-9+/_-]{6,}={0,3}$/;
const RUN = /[A-Za-z0-9+/_-]{16,}={0,2}/g;
const HEX = /^[0-9a-fA-F]+$/;
const HEX_RUN = /(?<![0-9a-zA-Z])[0-9a-fA-F]{32,}(?![0-9a-zA-Z])/g;
/** First two bytes of gzip, zlib (four levels) and zstd. */
const MAGIC: ReadonlySet<number> = new Set([0x1f8b, 0x7801, 0x785e, 0x789c, 0x78da, 0x28b5]);
