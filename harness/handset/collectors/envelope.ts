import type { AppResponse } from '../phone/phone.ts';

/** A wire format: how an event is kept, how kept events are wrapped into a POST, what the answer does to them. */
export interface Envelope {
  /** The event as a row of the queue. */
  row(event: Readonly<Record<string, unknown>>): string;
  /** `now`: phone time of the sending, ms. */
  body(rows: readonly string[], now: number): Buffer;
  after(response: AppResponse): 'delete' | 'keep';
}
