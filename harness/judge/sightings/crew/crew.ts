import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Body, Exchange } from '../../../record/exchange.ts';
import type { KnownKey } from '../wrappings/keyed.ts';
import type { Source } from '../forms.ts';
import { formsOf } from '../forms.ts';
import type { BodyReader } from '../places.ts';
import type { Search, Searched } from '../sightings.ts';
import { makeSearch } from '../sightings.ts';

/** What every thread is told once: the values to look for, salts that may have been hashed with them, and keys. */
export interface Assignment {
  readonly values: readonly Source[];
  readonly salts: readonly string[];
  readonly keys: readonly KnownKey[];
}

/** The same as it arrives in a thread. */
export const assignmentSchema = z.object({
  values: z.array(
    z.object({
      value: z.string(),
      mold: z.string().optional(),
      file: z.instanceof(Uint8Array).optional(),
    }),
  ),
  salts: z.array(z.string()),
  keys: z.array(
    z.object({
      name: z.string(),
      cipher: z.string(),
      key: z.instanceof(Uint8Array),
      iv: z.union([z.literal('in front'), z.null(), z.instanceof(Uint8Array)]),
    }),
  ),
});

/** An exchange to be searched; the answer carries the same number. */
export interface Question {
  readonly number: number;
  readonly exchange: Exchange;
}

/** A search in several threads. Owners are indices of `values`. Ends its threads when it is disposed of. */
export type Crew = Search<number>;

/**
 * Searches exchanges in so many threads. All that goes to one recipient goes to one thread, in its order, because a
 * value may lie across two requests: the same findings as with one thread. With one, no thread is started.
 */
export function makeCrew({ values, salts, keys }: Assignment, threads: number): Crew {
  if (threads <= 1) {
    const needles = values.flatMap((value, owner) =>
      formsOf(value, salts).map((form) => ({ owner, form })),
    );
    return makeSearch(needles, { keys });
  }
  const hands = Array.from({ length: threads }, () => new Hand({ values, salts, keys }));
  const recipients = new Map<string, Hand>();
  const handFor = (host: string): Hand => {
    const known = recipients.get(host);
    if (known) return known;
    // Whoever has least to do takes a new recipient.
    const hand = hands.reduce((least, one) => (one.load < least.load ? one : least));
    recipients.set(host, hand);
    return hand;
  };
  return {
    exchange: async (exchange, read) => {
      const hand = handFor(exchange.host);
      return await hand.ask(whole(exchange, read));
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(hands.map((hand) => hand.end()));
    },
  };
}

/** An exchange with its bodies in it: threads have no way to the disk. */
function whole(exchange: Exchange, read: BodyReader): Promise<Exchange> | Exchange {
  const { requestBody, responseBody } = exchange;
  if (isInline(requestBody) && isInline(responseBody)) return exchange;
  return Promise.all([inlined(requestBody, read), inlined(responseBody, read)]).then(
    ([request, response]) => ({ ...exchange, requestBody: request, responseBody: response }),
  );
}

function isInline(body: Body | null): boolean {
  return body === null || 'base64' in body;
}

async function inlined(body: Body | null, read: BodyReader): Promise<Body | null> {
  if (body === null || 'base64' in body) return body;
  const bytes = await read(body);
  return bytes === null ? body : { base64: bytes.toString('base64') };
}

/**
 * What is decoded lives for one exchange: a young generation a sixth of Node's own keeps a thread's memory down at the
 * price of more frequent collections.
 */
const YOUNG_MB = 8;
/**
 * Far more than a search needs. Of a heap with a bound below two gigabytes V8 lets garbage grow to twice what is alive,
 * of a larger one to four times.
 */
const OLD_MB = 1536;

/** One thread, and what it has been asked and not yet answered. */
class Hand {
  readonly #worker: Worker;
  readonly #asked = new Map<
    number,
    { resolve: (searched: Searched<number>) => void; reject: (error: unknown) => void }
  >();
  /** Questions are put in the order in which they came, even while a body is still being read. */
  #before: Promise<unknown> = Promise.resolve();
  #number = 0;
  load = 0;

  constructor(assignment: Assignment) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: assignment,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
    });
    this.#worker.on(
      'message',
      ({ number, searched }: { number: number; searched: Searched<number> }) => {
        this.#asked.get(number)?.resolve(searched);
        this.#asked.delete(number);
        this.load--;
      },
    );
    this.#worker.on('error', (error) => {
      for (const { reject } of this.#asked.values()) reject(error);
      this.#asked.clear();
    });
  }

  ask(exchange: Promise<Exchange> | Exchange): Promise<Searched<number>> {
    this.load++;
    const number = this.#number++;
    return new Promise((resolve, reject) => {
      this.#asked.set(number, { resolve, reject });
      this.#before = this.#before
        .then(() => exchange)
        .then(
          (ready) => {
            this.#worker.postMessage({ number, exchange: ready } satisfies Question);
          },
          (error: unknown) => {
            reject(error);
          },
        );
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
