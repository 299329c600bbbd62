import type { Body, Exchange } from '../../record/exchange.ts';
import { pairsOf, unescaped } from './wrappings/form.ts';
import { acrossLabels, partsOfQuestion } from './question.ts';
import { clipped } from './wrappings/wrapping.ts';

/** A place in an exchange where a canary may stand, in the words that reports use for it. */
export interface Place {
  /** `request.url.host|path|query[name]`, `request.header[name]`, `request.body`, `frame`, `dns`, `sni` … */
  readonly where: string;
  /** `up`: the phone sent it. */
  readonly direction: 'up' | 'down';
  readonly bytes: Buffer;
  /** Content codings as declared, the outermost last. */
  readonly codings: readonly string[];
  /** Why not all bytes are here; null when they are. */
  readonly missing: string | null;
}

/** Gives a body's bytes; null when its blob is not there any more. */
export type BodyReader = (body: Body) => Buffer | null | Promise<Buffer | null>;

/** Every byte of an exchange, place by place. Tolerates anything that a phone can put into a URL or header. */
export async function placesOf(exchange: Exchange, read: BodyReader): Promise<Place[]> {
  const { kind, direction, truncated } = exchange;
  const places: Place[] = [];
  const add = (where: string, way: 'up' | 'down', bytes: Buffer): void => {
    if (bytes.length > 0) places.push({ where, direction: way, bytes, codings: [], missing: null });
  };
  const body = async (
    where: string,
    way: 'up' | 'down',
    of: Body | null,
    cut: boolean,
  ): Promise<void> => {
    if (of === null && !cut) return;
    const bytes = of === null ? null : await read(of);
    const asked = kind === 'dns' && bytes !== null && !cut ? partsOfQuestion(bytes) : null;
    if (asked !== null) {
      for (const part of asked) add(where, way, part);
      return;
    }
    const missing =
      bytes === null ? 'its bytes were not kept' : cut ? 'recorded only in part' : null;
    const headers = way === 'up' ? exchange.requestHeaders : exchange.responseHeaders;
    const codings = kind === 'http' ? codingsOf(headers) : [];
    places.push({ where, direction: way, bytes: bytes ?? Buffer.alloc(0), codings, missing });
  };

  if (kind === 'unread') {
    const name = Buffer.from(exchange.host);
    for (const bytes of [name, ...acrossLabels(name)]) add('sni', 'up', bytes);
  }
  for (const [where, bytes] of partsOfUrl(exchange.url ?? ''))
    add(`request.url.${where}`, 'up', bytes);
  for (const [name, value] of exchange.requestHeaders) {
    add(`request.header[${clipped(name.toLowerCase())}]`, 'up', Buffer.from(value, 'latin1'));
  }
  const [where, way] =
    kind === 'http' ? (['request.body', 'up'] as const) : ([frameOf(kind), direction] as const);
  await body(where, way, exchange.requestBody, truncated.request);
  for (const [name, value] of exchange.trailers) {
    add(`request.trailer[${clipped(name.toLowerCase())}]`, 'up', Buffer.from(value, 'latin1'));
  }
  // What the tap made up was never on any wire.
  if (exchange.fabricated) return places;
  for (const [name, value] of exchange.responseHeaders) {
    add(`response.header[${clipped(name.toLowerCase())}]`, 'down', Buffer.from(value, 'latin1'));
  }
  await body('response.body', 'down', exchange.responseBody, truncated.response);
  return places;
}

function frameOf(kind: string): string {
  return kind === 'dns' ? 'dns' : kind === 'unread' ? 'hello' : 'frame';
}

function codingsOf(headers: Exchange['requestHeaders']): string[] {
  return headers
    .filter(([name]) => name.toLowerCase() === 'content-encoding')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
}

/** Host (with user and port), path (with fragment) and each query value, as sent; relative and broken URLs too. */
function partsOfUrl(url: string): [string, Buffer][] {
  const scheme = /^[a-z][a-z0-9+.-]{0,30}:\/\//i.exec(url)?.[0] ?? '';
  const rest = url.slice(scheme.length);
  const ends = scheme === '' ? 0 : rest.search(/[/?#]/);
  const host = ends < 0 ? rest : rest.slice(0, ends);
  const asked = rest.indexOf('?');
  const path = rest.slice(host.length, asked < 0 ? undefined : asked);
  const query = asked < 0 ? '' : rest.slice(asked + 1);
  const parts: [string, Buffer][] = [
    ['host', Buffer.from(host)],
    ...acrossLabels(Buffer.from(host)).map((labels): [string, Buffer] => ['host', labels]),
    ...userIn(host).map((part): [string, Buffer] => ['host', part]),
    ['path', Buffer.from(path)],
  ];
  for (const { name, value } of pairsOf(Buffer.from(query))) {
    const label = `query[${clipped(unescaped(name, true).toString('utf8'))}]`;
    parts.push([label, value]);
    if (name.length >= 8) parts.push([label, name]);
  }
  return parts;
}

/** Name and password before the host, each by itself: what is packed in them has no room for anything around it. */
function userIn(host: string): Buffer[] {
  const at = host.lastIndexOf('@');
  return (at < 0 ? [] : host.slice(0, at).split(':')).map((part) => Buffer.from(part));
}
