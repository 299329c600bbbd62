import { ENOUGH_BITS, bitsOf, tellingPrefix } from './chance.ts';
import type { Kind } from './kind.ts';
import { spellingsOfUrl } from './urls.ts';
import type { Spelling } from './spelling.ts';
import { groupedDigits, groupedHex } from './grouped.ts';

/** How a value may stand in plain text: as it is, in another case or normal form, or that part that tells. */
export function spellingsOf(kind: Kind, value: string): Spelling[] {
  const whole: Spelling[] = [{ name: 'exact', text: value, strength: 9 }];
  const trimmed = value.trim().replace(/\s+/g, ' ');
  const parts = [...partsOf(kind, trimmed), ...normalised(trimmed)];
  if (trimmed !== value) whole.push({ name: 'trimmed', text: trimmed, strength: 8 });
  const prefix = kind === 'url' ? null : tellingPrefix(trimmed, 16);
  if (prefix !== null) parts.push({ name: 'prefix', text: prefix, strength: 4 });
  const cased = [...whole, ...parts].flatMap((one) => [one, ...inCases(one)]);
  return distinct(cased);
}

/** Spellings that a search in plain text finds anyhow, but that give another hash. */
export function hashInputsOf(kind: Kind, value: string): Spelling[] {
  const trimmed = value.trim();
  const lower = trimmed.toLowerCase();
  const url = kind === 'url' ? addressInputs(trimmed) : [];
  const text = kind === 'text' || kind === 'email' ? textInputs(trimmed) : [];
  const encoded: [string, string][] = [trimmed, lower].flatMap((one): [string, string][] => [
    ['base64', Buffer.from(one).toString('base64')],
    ['hex', Buffer.from(one).toString('hex')],
    ['percent', encodeURIComponent(one.toWellFormed())],
    ['trailing newline', `${one}\n`],
    ['reversed', [...one].toReversed().join('')],
  ]);
  return distinct([
    ...spellingsOf(kind, value),
    ...[...url, ...text, ...encoded].map(([name, spelt]) => ({ name, text: spelt, strength: 1 })),
  ]);
}

function partsOf(kind: Kind, value: string): Spelling[] {
  switch (kind) {
    case 'url':
    case 'host':
      return spellingsOfUrl(value, kind === 'host');
    case 'email':
      return mailbox(value);
    case 'uuid':
      return groupedHex(value.replace(/[{}-]/g, ''));
    case 'hex':
      return groupedHex(value.replace(/[:-]/g, ''));
    case 'digits':
      return groupedDigits(value.replace(/\D/g, ''));
    case 'text':
      return [
        ...['-', '_', '', '+', '.'].map((glue) => ({
          name: 'joined',
          text: value.split(' ').join(glue),
          strength: 7,
        })),
        { name: 'capitals', text: capitalised(value), strength: 8 },
        { name: 'no accents', text: unaccented(value), strength: 7 },
      ];
  }
}

/** The local part alone, and without the dots and the tag that some providers ignore. */
function mailbox(value: string): Spelling[] {
  const at = value.lastIndexOf('@');
  const [local, domain] = [value.slice(0, at), value.slice(at)];
  const canonical = local.replace(/\+.*$/, '').replaceAll('.', '');
  return [
    { name: 'local part', text: local, strength: 6 },
    { name: 'mailbox', text: canonical + domain, strength: 7 },
    { name: 'mailbox', text: canonical, strength: 5 },
  ].filter(({ text }) => bitsOf(text.split('@')[0] ?? '') >= ENOUGH_BITS);
}

/** Each word with a capital, as titles and names are written. */
function capitalised(value: string): string {
  return value.toLowerCase().replace(/(?<![\p{L}\p{M}])\p{L}/gu, (letter) => letter.toUpperCase());
}

function unaccented(value: string): string {
  return value.normalize('NFKD').replace(/\p{M}/gu, '');
}

function normalised(value: string): Spelling[] {
  return (['NFC', 'NFD', 'NFKC', 'NFKD'] as const).map((name) => ({
    name,
    text: value.normalize(name),
    strength: 8,
  }));
}

function inCases({ name, text, strength }: Spelling): Spelling[] {
  const called = (how: string): string => (name === 'exact' ? how : `${name}, ${how}`);
  return [
    { name: called('lower'), text: text.toLowerCase(), strength: strength - 0.5 },
    { name: called('upper'), text: text.toUpperCase(), strength: strength - 0.5 },
  ];
}

function addressInputs(value: string): [string, string][] {
  const bare = value.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  const closed = value.replace(/[?#].*$/, '').replace(/\/*$/, '/');
  return [
    ['http', `http://${bare}`],
    ['https', `https://${bare}`],
    ['no query', value.replace(/[?#].*$/, '')],
    ['no fragment', value.replace(/#.*$/, '')],
    ...pathsOf(bare),
    ['trailing slash', closed],
    ['no scheme, trailing slash', closed.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')],
  ];
}

/** With the slash in front, as a server sees it. */
function pathsOf(bare: string): [string, string][] {
  const after = bare.replace(/^[^/?#]*/, '').replace(/#.*$/, '');
  if (bitsOf(after) < ENOUGH_BITS) return [];
  return [
    ['path and query', after],
    ['path', after.replace(/\?.*$/, '')],
  ];
}

function textInputs(value: string): [string, string][] {
  return [value, value.toLowerCase()].map((one): [string, string] => [
    'joined by %20',
    one.split(' ').join('%20'),
  ]);
}

/** The first of each text. */
function distinct(all: readonly Spelling[]): Spelling[] {
  const known = new Map<string, Spelling>();
  for (const one of all) if (!known.has(one.text)) known.set(one.text, one);
  return [...known.values()];
}
