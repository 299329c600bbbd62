import type { Exchange } from '../../../record/exchange.ts';
import type { RawEvent } from '../reader/events.ts';
import type { Connection } from '../front.ts';
import type { LineNeeds } from './draft.ts';
import { BLANK, placeOf, streamDraft } from './draft.ts';
import type { Kept } from './kept.ts';
import { kept } from './kept.ts';

/**
 * Streams that are not HTTP: a line for each direction with all its bytes, since a canary may be spread over many
 * pieces. A stream that outlives a capture is told in parts, one a capture.
 */
export interface RawLines {
  raw(event: RawEvent): void;
  cut(): void;
}

export function openRaw(needs: LineNeeds): RawLines {
  const { clock, connectionAt, nextId, tell } = needs;
  const fresh = (): Kept => kept(needs.budget, needs.openSpool);
  const streams = new Map<string, Stream>();

  const pour = (stream: Stream, last = false): void => {
    const endedAt = clock.now();
    for (const direction of ['up', 'down'] as const) {
      const body = stream[direction];
      // One that was refused is told of though nobody said a word: whoever tries doors need not knock.
      const refused = last && direction === 'up' && stream.line.why !== null;
      if (body.size === 0 && !body.truncated && !refused) continue;
      const draft = streamDraft(stream.line, { id: nextId(), direction, body, endedAt });
      tell(draft, stream.connection);
      stream[direction] = fresh();
    }
  };

  return {
    raw: (event) => {
      if (event.kind === 'raw') {
        const connection = connectionAt(event.peerPort);
        const { host, port } = event;
        const place = { ...placeOf(connection), at: clock.now(), host, port };
        const line: Exchange = { ...BLANK, ...place, kind: 'raw' };
        streams.set(event.id, { line, connection, up: fresh(), down: fresh() });
        return;
      }
      const stream = streams.get(event.id);
      if (!stream) return;
      if (event.kind === 'raw-refused') {
        stream.line.why = event.why;
      } else if (event.kind === 'raw-bytes') {
        stream[event.direction].add(event.bytes);
      } else {
        streams.delete(event.id);
        pour(stream, true);
      }
    },
    cut: () => {
      for (const stream of streams.values()) pour(stream);
    },
  };
}

interface Stream {
  readonly line: Exchange;
  readonly connection: Connection | undefined;
  up: Kept;
  down: Kept;
}
