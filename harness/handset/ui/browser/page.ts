import { Parser } from 'htmlparser2';

/** What the handset's web engine takes from a document: it shows text and fetches what the page embeds. */
export interface Page {
  readonly title: string;
  /** The beginning of what a reader sees, for the picture of the page. */
  readonly text: string;
  readonly embedded: readonly Embedded[];
}

export interface Embedded {
  readonly kind: 'image' | 'script' | 'style' | 'icon';
  /** Absolute, http or https. */
  readonly url: string;
}

/** Reads a document, however broken: bounded in input, text and number of embedded things. Never throws. */
export function readPage(html: string, base: string): Page {
  const embedded = new Map<string, Embedded>();
  let title = '';
  let text = '';
  let within: string[] = [];
  let from = base;
  const embed = (kind: Embedded['kind'], address: string | undefined): void => {
    const url = address === undefined ? null : URL.parse(address, from);
    if (!url || !/^https?:$/u.test(url.protocol) || embedded.size >= MOST_EMBEDDED) return;
    url.hash = '';
    if (!embedded.has(url.href)) embedded.set(url.href, { kind, url: url.href });
  };
  const parser = new Parser({
    onopentag: (name, attributes) => {
      if (within.length < DEEPEST) within.push(name);
      if (name === 'base') from = URL.parse(attributes['href'] ?? '', base)?.href ?? from;
      if (name === 'img') embed('image', attributes['src']);
      if (name === 'script') embed('script', attributes['src']);
      if (name === 'link') {
        const kind = linkKind(attributes['rel'] ?? '');
        if (kind) embed(kind, attributes['href']);
      }
    },
    ontext: (piece) => {
      if (within.includes('title')) title = (title + piece).slice(0, LONGEST_TITLE);
      else if (!within.some((name) => UNSEEN.has(name)))
        text = (text + piece).slice(0, 4 * LONGEST_TEXT);
    },
    onclosetag: (name) => {
      within = within.slice(0, Math.max(0, within.lastIndexOf(name)));
      if (!INLINE.has(name) && text.length < 4 * LONGEST_TEXT) text += ' ';
    },
  });
  parser.write(html.slice(0, LONGEST_DOCUMENT));
  parser.end();
  return {
    title: readable(title),
    text: readable(text).slice(0, LONGEST_TEXT),
    embedded: [...embedded.values()],
  };
}

const LONGEST_DOCUMENT = 2 ** 20;
const LONGEST_TITLE = 1000;
const LONGEST_TEXT = 400;
const MOST_EMBEDDED = 20;
const DEEPEST = 200;
const UNSEEN = new Set(['head', 'script', 'style', 'noscript', 'template', 'svg']);
const INLINE = new Set(['a', 'b', 'i', 'em', 'strong', 'span', 'code', 'mark', 'small', 'u']);

function linkKind(rel: string): 'style' | 'icon' | undefined {
  const words = rel.toLowerCase().split(/\s+/u);
  if (words.includes('stylesheet')) return 'style';
  return words.includes('icon') || words.includes('apple-touch-icon') ? 'icon' : undefined;
}

/** One line, without the control characters that no screen shows. */
function readable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zs}\s]+/gu, ' ')
    .trim();
}
