import { createHash, createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Form, Hash } from './rules/form.ts';

/** A value of the stimulus as a rule's form discloses it; `salt` is the form's, filled. */
export function disclose(value: string, form: Form | undefined, salt: string): string {
  if (!form) return value;
  const text = form.normalise.reduce((before, how) => NORMAL[how](before), value);
  switch (form.as) {
    case 'exact':
      return text;
    case 'prefix':
      return [...text].slice(0, form.length).join('');
    case 'hash':
      return hashed(partOf(text, form.of), form, salt);
    case 'host':
    case 'without-query':
      return partOf(text, form.as);
  }
}

function partOf(text: string, part: 'exact' | 'host' | 'without-query'): string {
  if (part === 'exact') return text;
  if (part === 'without-query') return text.replace(/[?#].*$/su, '');
  return /^(?:[a-z][\w+.-]*:\/\/)?(?:[^/?#@]*@)?([^/?#:]*)/iu.exec(text)?.[1] ?? '';
}

const NORMAL: Readonly<Record<Form['normalise'][number], (text: string) => string>> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
  'no-scheme': (text) => text.replace(/^[a-z][\w+.-]*:\/\//iu, ''),
  'no-www': (text) => text.replace(/^([a-z][\w+.-]*:\/\/)?www\./iu, '$1'),
  'no-final-slash': (text) => text.replace(/\/$/u, ''),
  digits: (text) => text.replaceAll(/\D/gu, ''),
};

/** A salted hash in the spelling asked for; `java` is `String.hashCode` and `crc32` an unsigned number, both decimal. */
export function hashed(text: string, { hash, salted, spelt }: Hash, salt: string): string {
  if (hash === 'java') return String(javaHash(salted === 'before' ? salt + text : text + salt));
  if (hash === 'crc32') return String(crc32(salted === 'before' ? salt + text : text + salt));
  const digest =
    salted === 'hmac'
      ? createHmac(hash, salt).update(text).digest()
      : createHash(hash)
          .update(salted === 'before' ? salt + text : text + salt)
          .digest();
  if (spelt === 'HEX') return digest.toString('hex').toUpperCase();
  return digest.toString(spelt);
}

/** Java's `String.hashCode`, which Sensors Analytics calls crc: signed, 32 bits, over UTF-16 units. */
export function javaHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) {
    hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
  }
  return hash;
}
