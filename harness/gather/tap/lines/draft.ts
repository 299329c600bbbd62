import type { Exchange } from '../../../record/exchange.ts';
import { exchangeSchema } from '../../../record/exchange.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Connection } from '../front.ts';
import type { Budget, Content, Kept, OpenSpool } from './kept.ts';

/** A line whose bodies are not yet put away. */
export interface Draft {
  readonly line: Exchange;
  readonly requestBody: Content | null;
  readonly responseBody: Content | null;
}

/** What everything that makes lines needs. */
export interface LineNeeds {
  readonly clock: Clock;
  readonly budget: Budget;
  readonly openSpool: OpenSpool;
  /** The phone's connection, by its port. */
  connectionAt(peerPort: number): Connection | undefined;
  /** A name for the next line. */
  nextId(): string;
  tell(draft: Draft, connection: Connection | undefined): void;
}

export const BLANK: Exchange = exchangeSchema.parse({});

export function placeOf(
  connection: Connection | undefined,
): Pick<Exchange, 'connection' | 'clientPort'> {
  return { connection: connection?.id ?? null, clientPort: connection?.clientPort ?? null };
}

/** A line that carries its bytes in `requestBody`, whichever way they went. */
export function streamDraft(
  line: Exchange,
  part: { id: string; direction: 'up' | 'down'; body: Kept; endedAt: number },
): Draft {
  const { id, direction, body, endedAt } = part;
  const truncated = { request: body.truncated, response: false };
  return {
    line: { ...line, id, direction, endedAt, truncated },
    requestBody: body.take() ?? Buffer.alloc(0),
    responseBody: null,
  };
}
