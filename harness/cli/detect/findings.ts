import { makeCrew } from '../../judge/sightings/crew/crew.ts';
import type { KnownKey } from '../../judge/sightings/wrappings/keyed.ts';
import type { Searched, Sighting } from '../../judge/sightings/sightings.ts';
import { blobsBeside, readCapture } from '../../record/capture/capture.ts';
import type { Exchange } from '../../record/exchange.ts';
import type { Wanted } from './canaries.ts';
import type { Unsearched } from './gaps.ts';
import { Gaps } from './gaps.ts';

/** What `leaklab detect --json` prints: its shape is fixed, more fields may follow. */
export interface Findings {
  readonly sightings: readonly Seen[];
  /** Connections nobody could read, and lines or entries of the file that are broken. */
  readonly unread: readonly Unsearched[];
  readonly opaque: readonly Unsearched[];
  readonly undecoded: readonly Unsearched[];
  readonly truncated: readonly Unsearched[];
}

export interface Seen {
  readonly canary: string;
  /** The line (JSONL) or entry (HAR), from 0. */
  readonly exchange: number;
  readonly host: string;
  readonly where: string;
  readonly wrappings: readonly string[];
  readonly form: string;
  /** How much of the canary it is, in words. */
  readonly share: string;
  readonly direction: 'up' | 'down';
  readonly entropy: number;
  /** With `--explain`: the canary in its surroundings, from the outside in. */
  readonly layers?: Sighting<number>['layers'];
}

/** Searches a whole capture for canaries; `salts` are those that may have been hashed with, `keys` those that may have sealed. */
export async function findingsIn(
  capture: string,
  canaries: readonly Wanted[],
  {
    salts,
    keys,
    explain,
    threads,
    signal,
  }: {
    salts: readonly string[];
    keys: readonly KnownKey[];
    explain: boolean;
    threads: number;
    signal: AbortSignal;
  },
): Promise<Findings & { readonly exchanges: number }> {
  await using crew = makeCrew({ values: canaries, salts, keys }, threads);
  const read = blobsBeside(capture);
  const sightings: Seen[] = [];
  const gaps = {
    unread: new Gaps(),
    opaque: new Gaps(),
    undecoded: new Gaps(),
    truncated: new Gaps(),
  };
  let exchanges = 0;
  for await (const { index, why, searched: all } of ahead(capture, threads, (exchange) =>
    crew.exchange(exchange, read),
  )) {
    signal.throwIfAborted();
    exchanges++;
    if (why !== null) {
      gaps.unread.add({
        exchange: index,
        host: '',
        bytes: null,
        why: `cannot be read: ${why}`,
        where: '',
        wrappings: [],
      });
    }
    const told = new Set<string>();
    for (const { exchange, answer } of all) {
      if (exchange.kind === 'unread') gaps.unread.add(unread(exchange, index));
      const searched = await answer;
      for (const seen of sightingsOf(searched, exchange, index, explain, canaries)) {
        // The same place of the same entry, as in the frames of a WebSocket, is told once.
        const key = JSON.stringify([seen.canary, seen.where, seen.wrappings, seen.form]);
        if (!told.has(key)) sightings.push(seen);
        told.add(key);
      }
      for (const { kind, why: reason, where, wrappings, bytes } of searched.gaps) {
        gaps[kind].add({
          exchange: index,
          host: exchange.host,
          bytes,
          why: reason,
          where,
          wrappings,
        });
      }
    }
  }
  return {
    exchanges,
    sightings,
    unread: gaps.unread.list(),
    opaque: gaps.opaque.list(),
    undecoded: gaps.undecoded.list(),
    truncated: gaps.truncated.list(),
  };
}

/** A line or entry, with the search of each of its exchanges under way. */
interface Asked {
  readonly index: number;
  readonly why: string | null;
  readonly searched: readonly { exchange: Exchange; answer: Promise<Searched<number>> }[];
}

/** Reads on while threads search: so many lines ahead that all of them are busy, and no more, for the memory's sake. */
async function* ahead(
  capture: string,
  threads: number,
  search: (exchange: Exchange) => Promise<Searched<number>>,
): AsyncGenerator<Asked> {
  const underWay: Asked[] = [];
  for await (const { index, exchanges, why } of readCapture(capture)) {
    const searched = exchanges.map((exchange) => {
      const answer = search(exchange);
      // It is awaited later; until then a failure is not a surprise.
      answer.catch(() => undefined);
      return { exchange, answer };
    });
    underWay.push({ index, why, searched });
    if (threads > 1 && underWay.length < AHEAD * threads) continue;
    const first = underWay.shift();
    if (first) yield first;
  }
  yield* underWay;
}

const AHEAD = 16;

function sightingsOf(
  searched: Searched<number>,
  { host }: Exchange,
  exchange: number,
  explain: boolean,
  canaries: readonly Wanted[],
): Seen[] {
  return searched.sightings.map(
    ({ owner, where, wrappings, form, share, direction, entropy, layers }) => ({
      canary: canaries[owner]?.name ?? '',
      exchange,
      host,
      where,
      wrappings,
      form,
      share,
      direction,
      entropy: Math.round(entropy),
      ...(explain && { layers }),
    }),
  );
}

function unread({ host, bytesUp, bytesDown, why }: Exchange, exchange: number): Unsearched {
  const bytes = bytesUp === null && bytesDown === null ? null : (bytesUp ?? 0) + (bytesDown ?? 0);
  return { exchange, host, bytes, why: why ?? 'not said', where: '', wrappings: [] };
}
