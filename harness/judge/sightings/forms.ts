import { createHash } from 'node:crypto';
import type { Canary } from '../../canary.ts';

/** A spelling under which a canary may turn up, as the bytes to look for. */
export interface Form {
  /** "exact", "lower", "path", "prefix", "sha256(no scheme)" … */
  readonly name: string;
  readonly bytes: Buffer;
  /** Among forms of one kind, the higher one tells more: where both are found, only it is reported. */
  readonly strength: number;
}

/**
 * All forms of one canary that hold at least 48 bits of its chance. What can be undone (percent, base64 …) is no
 * form: wrappings take it off. The host of a page is everybody's, and proves nothing by itself.
 */
export function formsOf(canary: Pick<Canary, 'mold' | 'value'>): Form[] {
  const forms = new Map<string, Form>();
  const add = (name: string, bytes: Buffer, strength: number): void => {
    const key = bytes.toString('latin1');
    if (bytes.length >= SHORTEST && !forms.has(key)) forms.set(key, { name, bytes, strength });
  };
  const { value } = canary;
  add('exact', Buffer.from(value), 9);
  add('lower', Buffer.from(value.toLowerCase()), 8);
  add('upper', Buffer.from(value.toUpperCase()), 8);
  for (const [name, text] of partsOf(canary)) add(name, Buffer.from(text), STRENGTH.get(name) ?? 7);
  for (const [name, text] of spellings(canary)) {
    for (const algorithm of ['md5', 'sha1', 'sha256']) {
      const digest = createHash(algorithm).update(text).digest();
      for (const bytes of written(digest)) add(`${algorithm}(${name})`, bytes, 1);
    }
  }
  return [...forms.values()];
}

/** Eleven random letters hold 51 bits: nothing shorter is looked for. */
const SHORTEST = 11;

const STRENGTH: ReadonlyMap<string, number> = new Map([
  ['no scheme', 7],
  ['joined', 6],
  ['path', 5],
  ['prefix', 4],
]);

/** Disclosures of a part. Three words of four hold 57 bits. */
function partsOf({ mold, value }: Pick<Canary, 'mold' | 'value'>): [string, string][] {
  if (mold === 'page') {
    const segment = lastSegment(value);
    return [
      ['no scheme', withoutScheme(value)],
      ['path', segment],
      ['prefix', segment.slice(0, SHORTEST)],
      ['prefix', segment.slice(0, SHORTEST).toUpperCase()],
    ];
  }
  if (mold === 'host') return [];
  const words = value.split(' ');
  return [value, value.toLowerCase()].flatMap((text): [string, string][] => [
    ...['-', '_', ''].map((glue): [string, string] => ['joined', text.split(' ').join(glue)]),
    ...(words.length < 4 ? [] : ([['prefix', text.split(' ').slice(0, 3).join(' ')]] as const)).map(
      ([name, part]): [string, string] => [name, part],
    ),
  ]);
}

/** The texts that programs commonly hash. */
function spellings({ mold, value }: Pick<Canary, 'mold' | 'value'>): [string, string][] {
  const common: [string, string][] = [
    ['exact', value],
    ['lower', value.toLowerCase()],
    ['upper', value.toUpperCase()],
    ['trimmed', value.trim()],
  ];
  if (mold === 'page') {
    const bare = withoutScheme(value);
    const segment = lastSegment(value);
    return [
      ...common,
      ['trailing slash', `${value}/`],
      ['no scheme', bare],
      ['no scheme, trailing slash', `${bare}/`],
      ['http', `http://${bare}`],
      ['path', `/${segment}`],
      ['segment', segment],
    ];
  }
  if (mold === 'host') return common;
  return [
    ...common,
    ['joined by +', value.split(' ').join('+')],
    ['joined by %20', value.split(' ').join('%20')],
    ['trailing newline', `${value}\n`],
  ];
}

/** A digest as programs write it. Unpadded base64 is found in padded base64 as well. */
function written(digest: Buffer): Buffer[] {
  const hex = digest.toString('hex');
  const base64 = digest.toString('base64').replace(/=+$/, '');
  return [
    digest,
    ...[hex, hex.toUpperCase(), base64, digest.toString('base64url')].map((text) =>
      Buffer.from(text),
    ),
  ];
}

function withoutScheme(url: string): string {
  return url.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
}

function lastSegment(url: string): string {
  return (
    withoutScheme(url)
      .replace(/[?#].*$/, '')
      .replace(/\/+$/, '')
      .split('/')
      .slice(1)
      .at(-1) ?? ''
  );
}
