import { formsOf } from '../../judge/sightings/forms.ts';
import type { Searched, Sighting } from '../../judge/sightings/sightings.ts';
import { makeSearch } from '../../judge/sightings/sightings.ts';
import { blobsBeside, readCapture } from '../../record/capture/capture.ts';
import type { Exchange } from '../../record/exchange.ts';
import type { Wanted } from './canaries.ts';

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
  readonly direction: 'up' | 'down';
  readonly entropy: number;
  /** With `--explain`: the canary in its surroundings, from the outside in. */
  readonly layers?: Sighting<Wanted>['layers'];
}

export interface Unsearched {
  readonly exchange: number;
  readonly host: string;
  readonly bytes: number | null;
  readonly why: string;
  readonly where: string;
  readonly wrappings: readonly string[];
}

/** Searches a whole capture for canaries; `salts` are those that may have been hashed with. */
export async function findingsIn(
  capture: string,
  canaries: readonly Wanted[],
  { salts, explain, signal }: { salts: readonly string[]; explain: boolean; signal: AbortSignal },
): Promise<Findings & { readonly exchanges: number }> {
  const needles = canaries.flatMap((owner) =>
    formsOf(owner, salts).map((form) => ({ owner, form })),
  );
  const search = makeSearch(needles);
  const read = blobsBeside(capture);
  const sightings: Seen[] = [];
  const gaps = { unread: lists(), opaque: lists(), undecoded: lists(), truncated: lists() };
  let exchanges = 0;
  for await (const { index, exchanges: found, why } of readCapture(capture)) {
    signal.throwIfAborted();
    exchanges++;
    if (why !== null) {
      gaps.unread.push({
        exchange: index,
        host: '',
        bytes: null,
        why: `cannot be read: ${why}`,
        where: '',
        wrappings: [],
      });
    }
    const told = new Set<string>();
    for (const exchange of found) {
      if (exchange.kind === 'unread') gaps.unread.push(unread(exchange, index));
      const searched = await search.exchange(exchange, read);
      for (const seen of sightingsOf(searched, exchange, index, explain)) {
        // The same place of the same entry, as in the frames of a WebSocket, is told once.
        const key = JSON.stringify([seen.canary, seen.where, seen.wrappings, seen.form]);
        if (!told.has(key)) sightings.push(seen);
        told.add(key);
      }
      for (const { kind, why: reason, where, wrappings, bytes } of searched.gaps) {
        gaps[kind].push({
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
  return { exchanges, sightings, ...gaps };
}

function lists(): Unsearched[] {
  return [];
}

function sightingsOf(
  searched: Searched<Wanted>,
  { host }: Exchange,
  exchange: number,
  explain: boolean,
): Seen[] {
  return searched.sightings.map(
    ({ owner, where, wrappings, form, direction, entropy, layers }) => ({
      canary: owner.name,
      exchange,
      host,
      where,
      wrappings,
      form,
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
