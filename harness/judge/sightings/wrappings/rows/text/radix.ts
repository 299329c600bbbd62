import { ALNUM, HAS, HEX_KINDS } from '../../value.ts';
import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';
import { isDigestLong, isTelling } from '../telling.ts';

/** Bytes as one long number in base 58 or 62, whatever of the usual alphabets it was written in. */
export const base58: Wrapping = {
  name: 'base58',
  evidence: 'identifiers of wallets, IPFS, Flickr and URL shorteners',
  needs: 0,
  lacks: ~ALNUM,
  first: null,
  // The time grows with the square of the length, and nobody writes long texts so.
  recognise: (value) =>
    value.bytes.length >= 10 && value.bytes.length <= LONGEST && !value.isOnly(HEX_KINDS),
  open: ({ bytes }) => read(bytes.toString('latin1')),
  inRuns: true,
  wild: ({ bytes, runs }) =>
    runs
      .filter(
        ({ start, end, kinds }) =>
          end - start <= LONGEST && (kinds & ~ALNUM) === 0 && isMixture(kinds),
      )
      .map(({ start, end }) => bytes.subarray(start, end))
      .filter((run) => read(run.toString('latin1')) !== NOT_THIS)
      .map((run) => [run]),
  textProves: true,
};

const LONGEST = 2048;

/** Capitals, small letters and digits, as any number in such a base holds when it is long enough. */
function isMixture(kinds: number): boolean {
  const small = (kinds & (HAS.LOWER | HAS.LOWER_HEX)) !== 0;
  const large = (kinds & (HAS.UPPER | HAS.UPPER_HEX)) !== 0;
  return small && large && (kinds & HAS.DIGIT) !== 0;
}

function read(text: string): ReturnType<typeof opened> {
  for (const { name, digits, strict } of ALPHABETS) {
    const plain = decoded(text, digits);
    if (plain !== null && (isTelling(plain) || (strict && isMixed(text) && isDigestLong(plain)))) {
      return opened([{ name, bytes: plain }], false);
    }
  }
  return NOT_THIS;
}

function isMixed(text: string): boolean {
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && /[0-9]/.test(text);
}

/** In chunks of ten letters, which fit a number: one long multiplication for ten. */
function decoded(text: string, digits: ReadonlyMap<string, number>): Buffer | null {
  const base = digits.size;
  let number = 0n;
  for (let at = 0; at < text.length; at += CHUNK) {
    let [chunk, scale] = [0, 1];
    for (const letter of text.slice(at, at + CHUNK)) {
      const digit = digits.get(letter);
      if (digit === undefined) return null;
      chunk = chunk * base + digit;
      scale *= base;
    }
    number = number * BigInt(scale) + BigInt(chunk);
  }
  const hex = number.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  // Each leading zero digit stands for a zero byte.
  const zero = [...digits.keys()][0] ?? '';
  const zeros = [...text].findIndex((letter) => letter !== zero);
  return Buffer.concat([Buffer.alloc(Math.max(0, zeros)), bytes]);
}

const CHUNK = 8;
const BITCOIN = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const [DIGITS, LARGE, SMALL] = [
  '0123456789',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  'abcdefghijklmnopqrstuvwxyz',
];

function alphabet(
  name: string,
  letters: string,
  strict: boolean,
): {
  readonly name: string;
  readonly digits: ReadonlyMap<string, number>;
  readonly strict: boolean;
} {
  return { name, digits: new Map([...letters].map((letter, value) => [letter, value])), strict };
}

/** The alphabets that leave out look-alikes say by that what they are; of the others only text is believed. */
const ALPHABETS = [
  alphabet('base58', BITCOIN, true),
  alphabet(
    'base58 (Flickr)',
    BITCOIN.replace(/[A-Z]+/, '')
      .replace(/9/, '9')
      .concat(BITCOIN.replace(/[^A-Z]/g, '')),
    false,
  ),
  alphabet('base58 (Ripple)', 'rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz', false),
  alphabet('base62', DIGITS + LARGE + SMALL, false),
  alphabet('base62', DIGITS + SMALL + LARGE, false),
  alphabet('base62', LARGE + SMALL + DIGITS, false),
];
