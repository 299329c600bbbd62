import type { Chance } from './lib/seed.ts';
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

/** `page`: a URL of a page of ours; `words`: search words; `title`: a page title; `host`: one host label. */
export type Mold = 'page' | 'words' | 'title' | 'host';

/** The host that serves every visited page. Ours, and not in the public DNS (RFC 6761: .test). */
export const VISITED_HOST = 'visited.leaklab.test';

/**
 * Mints the canaries of one trial. They depend on the run's id as well as on the seed, so that repeating a seed
 * never plants an old value again, and a late arrival names the trial that planted it.
 */
export function mint(
  molds: Readonly<Record<string, Mold>>,
  from: { readonly run: string; readonly seed: string; readonly trial: string },
): Canary[] {
  return Object.entries(molds).map(([name, mold]) => ({
    name,
    mold,
    value: CAST[mold](seeded('canary', from.run, from.seed, from.trial, name)),
  }));
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

const CAST: Readonly<Record<Mold, (chance: Chance) => string>> = {
  page: (chance) => `https://${VISITED_HOST}/${letters(chance, 16)}`,
  words: (chance) => Array.from({ length: 4 }, () => syllables(chance)).join(' '),
  title: (chance) => Array.from({ length: 4 }, () => capitalised(syllables(chance))).join(' '),
  host: (chance) => letters(chance, 16),
};

/** 4.7 bits a letter: 16 letters hold 75 bits. Letters only, so that no keyboard or URL parser touches them. */
function letters(chance: Chance, count: number): string {
  return Array.from({ length: count }, () => pick(chance, 'abcdefghijklmnopqrstuvwxyz')).join('');
}

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
