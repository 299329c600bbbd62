import type { Exchange } from '../../record/exchange.ts';
import type { Leaf } from '../sightings/tree/outcome/reading.ts';
import { LONGEST } from './behaviour.ts';
import { hashOf } from './values/sample.ts';
import { maskOf } from './values/shape.ts';

/** One value that was sent, at its place. */
export interface FieldValue {
  /** "data_list.$[].properties.url", "query[r]", "header[ot_sid]", "cookie[id]", "path[2]". */
  readonly field: string;
  readonly value: string;
  readonly hash: number;
  /** Which item of a list it stands in, so that values of one event are known to belong together. */
  readonly event: string;
}

/** A step of the ways to places that are known: where in the exchange, then wrapping after wrapping. */
interface Step {
  readonly further: Map<string, Step>;
  place: Pick<FieldValue, 'field' | 'event'> | null;
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
  #known: Step = { further: new Map(), place: null };
  #steps = 0;

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
      if (last === 'url:host' || (last.startsWith('path:') && /^path:\d/.test(last))) continue;
      const { field, event } = this.#place(where, leaf.wrappings);
      values.push(fieldValue(field, leaf.value, event));
    }
    return values;
  }

  /** Phones send the same places over and over: their names are made once, and found again without making any text. */
  #place(where: string, wrappings: readonly string[]): Pick<FieldValue, 'field' | 'event'> {
    if (this.#steps >= MOST_STEPS) {
      this.#known = { further: new Map(), place: null };
      this.#steps = 0;
    }
    let step = this.#further(this.#known, where);
    for (const name of wrappings) step = this.#further(step, name);
    step.place ??= placeOf(where, wrappings);
    return step.place;
  }

  #further({ further }: Step, name: string): Step {
    const known = further.get(name);
    if (known !== undefined) return known;
    const step = { further: new Map(), place: null };
    further.set(name, step);
    this.#steps++;
    return step;
  }
}

function placeOf(where: string, wrappings: readonly string[]): Pick<FieldValue, 'field' | 'event'> {
  const named = wrappings.filter((name) => name.includes(':'));
  const places = named.map((name) => name.slice(name.indexOf(':') + 1));
  const inside = places.join('.');
  const outside = OUTSIDE.exec(where)?.[1] ?? '';
  const field = [outside, inside].filter((part) => part !== '').join('.');
  return {
    field: field
      .replaceAll(/\[\d+\]/g, '[]')
      .replaceAll(/[^.[\]]{8,}/g, (part) => maskOf(part) ?? part),
    event: (inside.match(/\[\d+\]/g) ?? []).join(''),
  };
}

/** Bodies and frames give their fields no name of their own; queries, headers and trailers do. */
const OUTSIDE = /^(?:request|response)\.(?:url\.)?(host$|path$|query\[.*|header\[.*|trailer\[.*)/s;
const MOST_STEPS = 100_000;

/** The next leaf stands inside this one; an address that was taken to pieces still says something as a whole. */
function isOpened(leaf: Leaf, next: Leaf): boolean {
  return (
    next.wrappings.length > leaf.wrappings.length &&
    leaf.wrappings.every((name, i) => next.wrappings[i] === name) &&
    !/^(?:path|query|url):/.test(next.wrappings[leaf.wrappings.length] ?? '')
  );
}

export function fieldValue(field: string, value: string, event = ''): FieldValue {
  return { field, value, event, hash: hashOf(value) };
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
    return [fieldValue(`header[${key.slice(0, 80)}]`, value.slice(0, LONGEST))];
  });
}

/** A Set-Cookie has attributes after its pair, a Cookie has further pairs. */
function cookiesIn(value: string, kind: 'cookie' | 'set-cookie'): FieldValue[] {
  const pairs = value.split(';').slice(0, kind === 'cookie' ? 100 : 1);
  return pairs.flatMap((pair): FieldValue[] => {
    const [, name = '', text = ''] = /^\s*([^=]{1,80})=(.*)$/s.exec(pair) ?? [];
    return name === '' ? [] : [fieldValue(`cookie[${name}]`, text.slice(0, LONGEST))];
  });
}
