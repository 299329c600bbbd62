import type { AppRequest, AppResponse } from '../../phone/phone.ts';
import { circumstancesOf } from '../../phone/circumstances.ts';
import type { StimulusKind } from '../../phone/stimulus.ts';
import type { Payload } from '../encode/chain.ts';
import { bytesOf, naming, wrapped } from '../encode/chain.ts';
import type { Row } from './queue.ts';
import { Queue } from './queue.ts';
import type { Channel as ChannelRules } from '../rules/channel.ts';
import type { Json } from '../rules/rules.ts';
import type { Lookup } from '../template.ts';
import { fillText } from '../template.ts';
import type { Seen } from '../values.ts';
import { regionOf } from '../values.ts';

/** What a channel needs of the collector it belongs to. */
export interface Owner {
  readonly seen: Seen;
  readonly package: string;
  /** Names as they stand when something is sent. */
  lookup(): Lookup;
  /** Ends identifiers that live for one transmission. */
  transmitted(): void;
  replied(response: AppResponse, depth: number): Promise<void>;
}

/** One way out of a collector: rows in, requests out, as its rules say. */
export class Channel {
  readonly #rules: ChannelRules;
  readonly #owner: Owner;
  readonly #queue: Queue | undefined;
  #process = new AbortController();

  constructor(rules: ChannelRules, owner: Owner) {
    this.#rules = rules;
    this.#owner = owner;
    const { batch } = rules;
    this.#queue =
      batch &&
      new Queue(
        batch,
        owner.seen.clock,
        (rows, signal) => this.#flush(rows, signal),
        () => batch.only === 'any' || circumstancesOf(owner.seen.settings).network === 'wifi',
      );
  }

  /** `row`: what a rule says, filled; nothing for a request without content. */
  add(row: Json | undefined, depth: number): void {
    if (this.#queue) {
      const value = row ?? null;
      this.#queue.add({ value, bytes: JSON.stringify(value).length, depth });
      return;
    }
    const { signal } = this.#process;
    this.#deliver(row ?? null, depth, signal).catch((error: unknown) => {
      // It rejects when the process ends while it waits between two tries.
      if (!signal.aborted) throw error;
    });
  }

  /** Something happened: what waits may be due now. */
  notice(kind: StimulusKind): void {
    if (kind === 'app-opened' || kind === 'boot') this.#queue?.wake();
    if (this.#rules.batch?.on.includes(kind)) this.#queue?.flush();
  }

  /** Takes over what an older version's channel of the same name had not sent. */
  inherit(older: Channel): void {
    if (older.#queue) this.#queue?.inherit(older.#queue);
  }

  stop(): void {
    this.#process.abort();
    this.#process = new AbortController();
    this.#queue?.stop();
  }

  clear(): void {
    this.stop();
    this.#queue?.clear();
  }

  reset(): void {
    this.stop();
    this.#queue?.reset();
  }

  async #flush(rows: readonly Row[], signal: AbortSignal): Promise<'drop' | 'keep'> {
    const values = rows.map(({ value }) => value);
    const depth = Math.max(...rows.map((row) => row.depth));
    const responses = await this.#send(values, depth, signal);
    return responses.every((response) => this.#outcome(response) === 'drop') ? 'drop' : 'keep';
  }

  #outcome(response: AppResponse): 'drop' | 'keep' {
    const table = new Map(Object.entries(this.#rules.batch?.onStatus ?? {}));
    if (!response.ok) return table.get('error') ?? 'keep';
    const status = String(response.status);
    return table.get(status) ?? table.get(`${status.charAt(0)}xx`) ?? table.get('other') ?? 'drop';
  }

  /** Without a batch: again while nobody answers, as often as the rules say. */
  async #deliver(row: Json, depth: number, signal: AbortSignal): Promise<void> {
    const { most, withinMs } = this.#rules.tries ?? { most: 1, withinMs: 0 };
    for (let tried = 1; ; tried++) {
      const responses = await this.#send(row, depth, signal);
      if (signal.aborted || tried >= most) return;
      if (responses.every((response) => response.ok && response.status < 500)) return;
      await this.#owner.seen.clock.wait(withinMs / (most - 1), signal);
    }
  }

  async #send(rows: Json, depth: number, signal: AbortSignal): Promise<AppResponse[]> {
    const lookup = this.#owner.lookup();
    const around = { lookup, chance: this.#owner.seen.chance };
    const payloads = await wrapped(awoken(rows, lookup), this.#rules.wrap, around).catch(
      async (error: unknown) => {
        const { KeyMissing } = await import('../encode/ciphers.ts');
        if (error instanceof KeyMissing) return undefined;
        throw error;
      },
    );
    if (!payloads) return [{ ok: false, error: 'net::ERR_ABORTED' }];
    const responses: AppResponse[] = [];
    for (const [at, payload] of payloads.entries()) {
      const names = naming(payload, lookup, { at, of: payloads.length });
      const response = await this.#transmit(payload, names, signal);
      responses.push(response);
      if (!signal.aborted) await this.#owner.replied(response, depth);
    }
    this.#owner.transmitted();
    return responses;
  }

  async #transmit(payload: Payload, lookup: Lookup, signal: AbortSignal): Promise<AppResponse> {
    const { network } = this.#owner.seen;
    const { transport, send } = this.#rules;
    const host = fillText(this.#host(), lookup);
    const from = { package: this.#owner.package, host };
    if (transport.as === 'dns') return await network.tell({ ...from, as: 'dns' }, signal);
    if (transport.as === 'quic') {
      const tried = await network.tell({ ...from, as: 'quic' }, signal);
      if (transport.fallback === 'none') return tried;
    }
    const request = this.#request(host, payload, lookup);
    if (transport.as === 'tcp' || transport.as === 'websocket') {
      const { as, secure, proxy, addedCa } = transport;
      const { pathname, search } = new URL(request.url);
      const how = { direct: proxy === 'ignores', onlyShippedCa: addedCa === 'refused' };
      const port = send.port ?? (secure ? 443 : 80);
      const rest = { path: pathname + search, headers: request.headers, payload: bytesOf(payload) };
      return await network.tell({ ...from, ...how, ...rest, as, secure, port }, signal);
    }
    const first = await network.fetch(request, signal);
    // A phone's HTTP client follows one redirect, with the same body, and no more.
    const target = redirect(first);
    if (target === undefined || !URL.canParse(target, request.url)) return first;
    return await network.fetch({ ...request, url: new URL(target, request.url).href }, signal);
  }

  #request(host: string, payload: Payload, lookup: Lookup): AppRequest {
    const { send, transport, wrap } = this.#rules;
    const filled = (text: string): string => fillText(text, lookup, encodeURIComponent);
    const places = [this.#host(), send.path, ...Object.values(send.query), ...send.headers.flat()];
    const inBody =
      send.method !== 'GET' &&
      wrap.length > 0 &&
      !places.some((text) => /\{payload[.}]/.test(text));
    const query = Object.entries(send.query)
      .map(([name, value]) => [name, fillText(value, lookup)] as const)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join('&');
    const path = filled(send.path);
    const mark = query === '' ? '' : path.includes('?') ? '&' : '?';
    const scheme = transport.as === 'http' ? 'http' : 'https';
    const port = send.port === undefined ? '' : `:${String(send.port)}`;
    return {
      package: this.#owner.package,
      method: send.method,
      url: `${scheme}://${host}${port}${path}${mark}${query}`,
      headers: send.headers.map(([name, value]) => [name, fillText(value, lookup)]),
      ...(inBody && { body: bytesOf(payload) }),
      ...('proxy' in transport && { direct: transport.proxy === 'ignores' }),
      ...('addedCa' in transport && { onlyShippedCa: transport.addedCa === 'refused' }),
    };
  }

  #host(): string {
    const { host } = this.#rules.send;
    if (typeof host === 'string') return host;
    return new Map(Object.entries(host)).get(regionOf(this.#owner.seen.rom)) ?? host.default;
  }
}

/** Stands in a row for an identifier that is only drawn when it is sent. */
export function asleep(name: string): string {
  return `\0${name}\0`;
}

function awoken(rows: Json, lookup: Lookup): Json {
  if (typeof rows === 'string') {
    // oxlint-disable-next-line no-control-regex -- no text that is typed or loaded holds a NUL
    return rows.replaceAll(/\0([\w.$-]+)\0/g, (_, name: string) => fillText(`{${name}}`, lookup));
  }
  if (Array.isArray(rows)) return rows.map((row) => awoken(row, lookup));
  if (rows === null || typeof rows !== 'object') return rows;
  return Object.fromEntries(
    Object.entries(rows).map(([name, value]) => [name, awoken(value, lookup)]),
  );
}

function redirect(response: AppResponse): string | undefined {
  if (!response.ok || (response.status !== 301 && response.status !== 302)) return undefined;
  return response.headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
}
