import type { Exchange } from '../../record/exchange.ts';
import type { Leaf } from '../sightings/tree/reading.ts';
import { maskOf } from './values/shape.ts';

/** One value that was sent, at its place. */
export interface FieldValue {
  /** "data_list.$[].properties.url", "query[r]", "header[ot_sid]", "cookie[id]", "path[2]". */
  readonly field: string;
  readonly value: string;
  /** Which item of a list it stands in, so that values of one event are known to belong together. */
  readonly event: string;
}

/** A value of a decoded body, frame or query with the place it was found at. */
export interface Found {
  readonly where: string;
  readonly leaf: Leaf;
}

/**
 * Every value that an exchange carried one way: decoded leaves under the path that leads to them through their
 * wrappings, headers and cookies. A text that was opened further is left out in favour of what was in it.
 */
export class Flattener {
  readonly #known = new Map<string, { field: string; event: string }>();

  up(exchange: Exchange, found: readonly Found[]): FieldValue[] {
    return [...this.#leaves(found), ...headersOf(exchange.requestHeaders, 'cookie')];
  }

  down(exchange: Exchange, found: readonly Found[]): FieldValue[] {
    return [...this.#leaves(found), ...headersOf(exchange.responseHeaders, 'set-cookie')];
  }

  /** The place of a sighting, written as fields are. */
  fieldOf(where: string, wrappings: readonly string[]): string {
    return this.#place(where, wrappings).field;
  }

  #leaves(found: readonly Found[]): FieldValue[] {
    const values: FieldValue[] = [];
    for (const [i, { where, leaf }] of found.entries()) {
      const next = found[i + 1];
      if (next?.where === where && isOpened(leaf, next.leaf)) continue;
      // The parts of a path are the endpoint, and those of an address say no more than the address.
      const last = leaf.wrappings.at(-1) ?? '';
      if (/^(?:path:\d|url:host$)/.test(last)) continue;
      values.push({ ...this.#place(where, leaf.wrappings), value: leaf.value });
    }
    return values;
  }

  #place(where: string, wrappings: readonly string[]): { field: string; event: string } {
    const key = `${where}\n${wrappings.join('\n')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const named = wrappings.filter((name) => name.includes(':'));
    const places = named.map((name) => name.slice(name.indexOf(':') + 1));
    const inside = places.join('.');
    const outside = OUTSIDE.exec(where)?.[1] ?? '';
    const field = [outside, inside].filter((part) => part !== '').join('.');
    const made = {
      field: field
        .replaceAll(/\[\d+\]/g, '[]')
        .replaceAll(/[^.[\]]{8,}/g, (part) => maskOf(part) ?? part),
      event: (inside.match(/\[\d+\]/g) ?? []).join(''),
    };
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(key, made);
    return made;
  }
}

/** Bodies and frames give their fields no name of their own; queries, headers and trailers do. */
const OUTSIDE = /^(?:request|response)\.(?:url\.)?(host$|path$|query\[.*|header\[.*|trailer\[.*)/s;
const MOST_KNOWN = 50_000;

/** The next leaf stands inside this one; an address that was taken to pieces still says something as a whole. */
function isOpened(leaf: Leaf, next: Leaf): boolean {
  return (
    next.wrappings.length > leaf.wrappings.length &&
    leaf.wrappings.every((name, i) => next.wrappings[i] === name) &&
    !/^(?:path|query|url):/.test(next.wrappings[leaf.wrappings.length] ?? '')
  );
}

/** Headers that belong to the transport say nothing of who sends. */
const OF_TRANSPORT: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
  'proxy-connection',
  'upgrade',
  'date',
]);

function headersOf(
  headers: Exchange['requestHeaders'],
  cookie: 'cookie' | 'set-cookie',
): FieldValue[] {
  return headers.flatMap(([name, value]): FieldValue[] => {
    const key = name.toLowerCase();
    if (OF_TRANSPORT.has(key)) return [];
    if (key === cookie) return cookiesIn(value, cookie);
    return [{ field: `header[${key.slice(0, 80)}]`, value: value.slice(0, 256), event: '' }];
  });
}

/** A Set-Cookie has attributes after its pair, a Cookie has further pairs. */
function cookiesIn(value: string, kind: 'cookie' | 'set-cookie'): FieldValue[] {
  const pairs = value.split(';').slice(0, kind === 'cookie' ? 100 : 1);
  return pairs.flatMap((pair): FieldValue[] => {
    const [, name = '', text = ''] = /^\s*([^=]{1,80})=(.*)$/s.exec(pair) ?? [];
    return name === '' ? [] : [{ field: `cookie[${name}]`, value: text.slice(0, 256), event: '' }];
  });
}
