import type { Chance } from './lib/seed.ts';
import { picture } from './lib/picture.ts';
import { seeded } from './lib/seed.ts';

/**
 * A canary is a value that exists nowhere else, so that seeing it anywhere proves where it came from. Each holds
 * at least 64 bits of chance in the shape (mold) that survives where it is planted.
 */
export interface Canary {
  /** The scenario's word for it: "visited page", "search words for Google" … */
  readonly name: string;
  readonly mold: Mold;
  readonly value: string;
}

/**
 * `page`: a URL of a page of ours; `words`: words of a search or a message; `title`: of a page, or a person's name;
 * `host`: one host label; `name`: of a folder; `file`: of a photo; `number`: a telephone number that no network
 * connects; `hex`: an id of 64 bits; `photo`: a JPEG as base64, with a caption canary in its Exif.
 */
export const MOLDS = [
  'page',
  'words',
  'title',
  'host',
  'name',
  'file',
  'number',
  'hex',
  'photo',
] as const;
export type Mold = (typeof MOLDS)[number];

/**
 * How many bytes of chance stand behind a page's address: whoever is told the address is told so much more, which no
 * compression takes away. They are pasted, so that no dose takes longer than another.
 */
export const DOSES = [0, 64, 256, 1024] as const;
/** What a dose is held against: the same time without the visit, and a visit to a page that everybody knows. */
export const SHAMS = ['no visit', 'fixed value'] as const;
export type Dose = (typeof DOSES)[number] | (typeof SHAMS)[number];

/** Characters that a dose is written in, six bits each: what makes an address longer. The fixed page is as long as any. */
export function charactersOf(dose: Dose): number {
  if (dose === 'no visit') return 0;
  const bytes = dose === 'fixed value' ? Math.max(...DOSES) : dose;
  return Math.ceil((bytes * 8) / 6);
}

/** The host that serves every visited page. Ours, and not in the public DNS (RFC 6761: .test). */
export const VISITED_HOST = 'visited.leaklab.test';

/** As long as a page with the largest dose, the same in every run, and in the open: no canary. */
export const FIXED_PAGE = `https://${VISITED_HOST}/thesameeverytime${'the-page-that-is-always-the-same-'.repeat(64).slice(0, charactersOf('fixed value'))}`;

/**
 * Mints the canaries of one trial. They depend on the run's id as well as on the seed, so that repeating a seed
 * never plants an old value again, and a late arrival names the trial that planted it. `captions`: photo → the canary
 * that stands in its Exif; `dosed`: the page canary that carries this trial's dose.
 */
export function mint(
  molds: Readonly<Record<string, Mold>>,
  from: { readonly run: string; readonly seed: string; readonly trial: string },
  captions: ReadonlyMap<string, string> = new Map(),
  dosed: { readonly canary: string; readonly dose: Dose } | null = null,
): Canary[] {
  const cast = (name: string, mold: Exclude<Mold, 'photo'>): string => {
    const chance = seeded('canary', from.run, from.seed, from.trial, name);
    const dose = dosed?.canary === name && typeof dosed.dose === 'number' ? dosed.dose : 0;
    return CAST[mold](chance) + filling(chance, charactersOf(dose));
  };
  return Object.entries(molds).map(([name, mold]) => {
    if (mold !== 'photo') return { name, mold, value: cast(name, mold) };
    const caption = captions.get(name);
    const inside = caption === undefined ? undefined : molds[caption];
    const words =
      caption === undefined || inside === undefined || inside === 'photo'
        ? ''
        : cast(caption, inside);
    const chance = seeded('canary', from.run, from.seed, from.trial, name);
    return { name, mold, value: picture(chance, words).toString('base64') };
  });
}

/** A value minted like a canary and planted nowhere: a sighting of it is a false alarm, and voids the run. */
export function mintDecoy(from: {
  readonly run: string;
  readonly seed: string;
  readonly trial: string;
}): Canary {
  const chance = seeded('decoy', from.run, from.seed, from.trial);
  return { name: 'decoy', mold: 'words', value: CAST.words(chance) };
}

/** The positive control of one trial: a host label that the browser is made to visit. */
export function mintBeacon(from: {
  readonly run: string;
  readonly seed: string;
  readonly trial: string;
}): Canary {
  return {
    name: 'beacon',
    mold: 'host',
    value: CAST.host(seeded('beacon', from.run, from.seed, from.trial)),
  };
}

const CAST: Readonly<Record<Exclude<Mold, 'photo'>, (chance: Chance) => string>> = {
  page: (chance) => `https://${VISITED_HOST}/${letters(chance, 16)}`,
  words: (chance) => Array.from({ length: 4 }, () => syllables(chance)).join(' '),
  title: (chance) => Array.from({ length: 4 }, () => capitalised(syllables(chance))).join(' '),
  host: (chance) => letters(chance, 16),
  name: (chance) => letters(chance, 16),
  file: (chance) => `${letters(chance, 16)}.jpg`,
  // Country code 999 is assigned to nobody (ITU-T E.164), and 23 digits are more than any network takes.
  number: (chance) =>
    `+999${Array.from({ length: 20 }, () => pick(chance, '0123456789')).join('')}`,
  hex: (chance) => chance.bytes(8).toString('hex'),
};

/** 4.7 bits a letter: 16 letters hold 75 bits. Letters only, so that no keyboard or URL parser touches them. */
function letters(chance: Chance, count: number): string {
  return Array.from({ length: count }, () => pick(chance, 'abcdefghijklmnopqrstuvwxyz')).join('');
}

function filling(chance: Chance, count: number): string {
  return Array.from({ length: count }, () => pick(chance, SIX_BITS)).join('');
}

/** No URL parser escapes any of them. */
const SIX_BITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Three syllables of 80 each: 19 bits a word, 76 bits in four words; pronounceable, so that a court can read it. */
function syllables(chance: Chance): string {
  return Array.from(
    { length: 3 },
    () => pick(chance, 'bdfgklmnprstvzhj') + pick(chance, 'aeiou'),
  ).join('');
}

function pick(chance: Chance, alphabet: string): string {
  return alphabet.charAt(chance.integer(alphabet.length));
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
