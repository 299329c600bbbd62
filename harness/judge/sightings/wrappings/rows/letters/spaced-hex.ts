import { alphabet, runsOf } from '../../alphabet.ts';
import { HAS, HEX_KINDS } from '../../value.ts';
import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';

/** Hex digits with something between the bytes, behind `0x`, or grown together with other letters. */
export const spacedHex: Wrapping = {
  name: 'hex',
  evidence: 'certificate fingerprints, MAC addresses, hex dumps in logs, SQL and Ethereum literals',
  needs: HAS.DIGIT,
  lacks: ~(
    HEX_KINDS |
    HAS.COLON |
    HAS.DASH |
    HAS.BLANK |
    HAS.LINE |
    HAS.COMMA |
    HAS.DOT |
    HAS.UNDERSCORE |
    HAS.LOWER |
    HAS.UPPER
  ),
  first: null,
  recognise: ({ bytes, kinds }) =>
    bytes.length >= 18 && (kinds & ~HEX_KINDS) !== 0 && beginsInGroups(bytes),
  open: ({ bytes }) => {
    if (!areGroups(bytes)) return NOT_THIS;
    const digits = digitsOf(bytes.toString('latin1').trim());
    if (digits === null) return NOT_THIS;
    return opened([{ name: 'hex', bytes: Buffer.from(digits, 'hex') }], false);
  },
  wild: ({ bytes, runs, isText }) => {
    const regions: Buffer[][] = [];
    for (const run of isText ? runsOf(bytes, SPACED, 23) : []) {
      for (const { start, end } of spaced(run)) regions.push([run.subarray(start, end)]);
    }
    for (const run of runs) {
      // Longer runs of nothing else are the row's for hex.
      const bare = (run.kinds & ~HEX_KINDS) === 0 && run.end - run.start >= 32;
      if (bare || (run.kinds & HAS.DIGIT) === 0 || run.end - run.start > LONGEST) continue;
      for (let at = run.start; at + 16 <= run.end; at++) {
        const end = endOfDigits(bytes, at, run.end);
        const length = end - at;
        // A letter before may be one of the digits' alphabet and none of theirs.
        if (length >= 16) {
          const region = [bytes.subarray(at, end - (length % 2))];
          if (length > 16)
            region.push(bytes.subarray(at + 1, at + 1 + 2 * Math.floor((length - 1) / 2)));
          regions.push(region);
        }
        at = Math.max(at, end);
      }
    }
    return regions;
  },
  textProves: true,
};

/** Longer runs are packed data, in which hex digits stand together by chance. */
const LONGEST = 4096;

/** Whether two digits stand in front, then digits, or `0x`, or what separates them. */
function beginsInGroups(bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length && (bytes[at] ?? 0) <= 0x20) at++;
  let [letters, seen] = [0, 0];
  for (; at < bytes.length && seen < 20; at++, seen++) {
    const byte = bytes[at] ?? 0;
    if (isHex(bytes, at) || byte <= 0x20 || GLUE.has(byte)) continue;
    // The x of 0x, which may stand before each group.
    if ((byte | 0x20) !== 0x78 || bytes[at - 1] !== 0x30) letters++;
  }
  return letters === 0;
}

/** Whether nothing stands there but digits, what separates them, and the x of 0x. */
function areGroups(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte > 0x20 && GROUPED[byte] === 0) return false;
  }
  return true;
}

/** Where digits of one case end. */
function endOfDigits(bytes: Buffer, from: number, last: number): number {
  let [at, cases] = [from, 0];
  for (; at < last && isHex(bytes, at); at++) {
    const code = bytes[at] ?? 0;
    if (code >= 0x41) cases |= code < 0x61 ? 1 : 2;
    if (cases === 3) break;
  }
  return at;
}

/** Groups of one length with something between them, the first or last one shorter, or an unbroken run behind 0x. */
function digitsOf(text: string): string | null {
  const groups = text.split(GLUES).map((group) => group.replace(/^0[xX]/, ''));
  const [first = '', ...others] = groups;
  const last = others.at(-1) ?? '';
  if (last === '') others.pop();
  const digits = [first, ...others].join('');
  const length = others.length > 1 ? (others[0]?.length ?? 0) : Math.max(first.length, last.length);
  if (length % 2 !== 0 || digits.length % 2 !== 0 || digits.length < 16) return null;
  // Some count their groups from the end.
  const ends = first.length <= length && (others.at(-1)?.length ?? 0) <= length;
  const even = others.slice(0, -1).every((group) => group.length === length);
  return ends && even && /^[0-9a-fA-F]*$/.test(digits) ? digits : null;
}

/** Blanks are counted: without a bound a million tabs would be read a million times. */
const GLUES = /,?[ \t]{0,9}\r?\n\s{0,9}|, ?|[:\-._ ]/;

/** Where two digits and the same separator take turns at least eight times. */
function spaced(bytes: Buffer): { readonly start: number; readonly end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (let at = 0; at + 23 <= bytes.length; at++) {
    const glue = bytes[at + 2] ?? 0;
    if (!GLUE.has(glue) || !isHex(bytes, at) || !isHex(bytes, at + 1)) continue;
    let end = at + 2;
    while (bytes[end] === glue && isHex(bytes, end + 1) && isHex(bytes, end + 2)) end += 3;
    if (end - at >= 23) found.push({ start: at, end });
    at = end - 1;
  }
  return found;
}

function isHex(bytes: Buffer, at: number): boolean {
  const code = (bytes[at] ?? 0) | 0x20;
  return (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66);
}

const GROUPED = alphabet('0123456789abcdefABCDEFxX:-.,_');
const SPACED = alphabet('0123456789abcdefABCDEF:- .,_');
const GLUE: ReadonlySet<number> = new Set(Buffer.from(':- .,_'));
