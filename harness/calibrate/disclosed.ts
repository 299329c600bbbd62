import type { Canary } from '../canary.ts';
import type { Rule } from '../handset/collectors/rules/rules.ts';

/** 48 bits: less of a canary proves nothing (method §2). A letter of a page holds 4.7 bits, one of words 3.2, a digit 3.3. */
const ENOUGH: Readonly<Record<Canary['mold'], number>> = {
  page: 11,
  host: 11,
  name: 11,
  file: 11,
  words: 16,
  title: 16,
  number: 18,
  hex: 12,
  photo: 128,
};

/** In which form a canary is in what was disclosed; null where too little of it is left to prove anything. */
export function disclosureOf(
  canary: Canary,
  value: string,
  disclosed: string,
  form: Rule['form'][string] | undefined,
): string | null {
  const core = letters(coreOf(canary));
  if (!letters(value).includes(core)) return null;
  if (form?.as === 'hash') {
    const hashes = form.of !== 'host' || canary.mold === 'host';
    const wide = form.hash !== 'crc32' && form.hash !== 'java';
    return hashes && wide ? form.hash : null;
  }
  const text = letters(disclosed);
  if (text.includes(core)) return 'whole';
  return text.includes(core.slice(0, ENOUGH[canary.mold])) ? 'prefix' : null;
}

/** A hash over more than the canary can be told from no hash that anybody would think of. */
export function mixed(
  canary: Canary,
  value: string,
  form: Rule['form'][string] | undefined,
): string | null {
  if (form?.as !== 'hash' || letters(value) === letters(canary.value)) return null;
  return 'hashed together with other text';
}

/** Words are joined by blanks, plus signs or %20: their letters are the same. */
function letters(text: string): string {
  return text.toLowerCase().replaceAll(/%20|[+ _-]/g, '');
}

/** The part that holds the chance. */
function coreOf({ mold, value }: Canary): string {
  return mold === 'page' ? (value.split('/').at(-1) ?? value) : value;
}
