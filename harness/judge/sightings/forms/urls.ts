import { ENOUGH_BITS, bitsOf, tellingPrefix } from './chance.ts';
import type { Spelling } from './spelling.ts';

/**
 * What a URL or a host name discloses piece by piece. The host of a page is everybody's: it tells only where the
 * chance stands in the host itself, because the path holds too little or because a label was plainly minted.
 */
export function spellingsOfUrl(value: string, hostIsIt: boolean): Spelling[] {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(value)?.[0] ?? '';
  const rest = value.slice(scheme.length);
  const [authority = '', ...tail] = rest.split(/(?=[/?#])/);
  const after = tail.join('');
  const host = authority.replace(/^.*@/, '').replace(/:\d+$/, '');
  const unfragmented = after.replace(/#.*$/, '');
  const path = unfragmented.replace(/\?.*$/, '');
  const query = unfragmented.slice(path.length + 1);
  const inPath = bitsOf(after) >= ENOUGH_BITS;
  const spellings: Spelling[] = [];
  const add = (name: string, text: string, strength: number): void => {
    if (bitsOf(text) >= ENOUGH_BITS) spellings.push({ name, text, strength });
  };
  if (inPath || hostIsIt || bitsOfHost(host) >= ENOUGH_BITS) {
    add('no scheme', rest, 8);
    add('no scheme', rest.replace(/^www\./i, '').replace(/\/$/, ''), 8);
  }
  if (inPath) {
    add('no fragment', rest.replace(/#.*$/, ''), 7);
    if (bitsOf(path) >= ENOUGH_BITS) add('no query', authority + path, 7);
    add('path', unfragmented.replace(/^\//, '').replace(/\/$/, ''), 6);
    add('path', path.replace(/^\//, '').replace(/\/$/, ''), 5);
    const [first] = pieces(path, query);
    for (const piece of pieces(path, query)) add('path', piece, 5);
    // What stands before it in a cut-off URL makes up the sixteen characters.
    const prefix = tellingPrefix(first ?? unfragmented.replace(/^\//, ''), 8);
    if (prefix !== null) add('prefix', prefix, 4);
  }
  const labels = host.split('.');
  if (hostIsIt || (!inPath && bitsOfHost(host) >= ENOUGH_BITS) || labels.some(minted)) {
    const core = labels.findIndex(minted);
    const telling = core >= 0 ? core : labels.indexOf(longest(labels));
    add('host', host, 6);
    for (let from = 1; from <= telling; from++) add('domain', labels.slice(from).join('.'), 5);
    add('host', labels.toReversed().join('.'), 5);
    add('label', labels[telling] ?? '', 4);
  }
  return spellings;
}

/** Segments and query values, decoded, that tell by themselves; the richest first. */
function pieces(path: string, query: string): string[] {
  const values = query.split('&').map((pair) => pair.slice(pair.indexOf('=') + 1));
  return [...path.split('/'), ...values, ...values.map(decoded)]
    .filter((piece) => bitsOf(piece) >= ENOUGH_BITS)
    .toSorted((a, b) => bitsOf(b) - bitsOf(a));
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}

/** The chance that a URL holds where it can be: in path, query and fragment, else in the host. */
export function bitsOfUrl(value: string, hostIsIt: boolean): number {
  const rest = value.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  const after = rest.replace(/^[^/?#]*/, '');
  if (hostIsIt) return bitsOf(rest);
  const own = bitsOf(after);
  return own >= ENOUGH_BITS
    ? own
    : Math.max(own, bitsOfHost(rest.slice(0, rest.length - after.length)));
}

/** Labels that were minted count in full; the others are words and names, at two bits a letter. */
function bitsOfHost(host: string): number {
  const labels = host.replace(/^www\./i, '').split('.');
  return labels.reduce(
    (bits, label) =>
      bits + (minted(label) ? bitsOf(label) : 2 * label.replace(/[^a-z]/gi, '').length),
    0,
  );
}

function longest(labels: readonly string[]): string {
  return labels.toSorted((a, b) => b.length - a.length)[0] ?? '';
}

/** A label nobody would choose: letters and digits mixed at length, as identifiers are. */
function minted(label: string): boolean {
  const digits = label.replace(/[^0-9]/g, '').length;
  return label.length >= 12 && digits >= 3 && digits < label.length && !label.includes('--');
}
