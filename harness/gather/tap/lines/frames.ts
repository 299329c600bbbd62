import type { Exchange } from '../../../record/exchange.ts';
import type { FrameEvent, RequestEvent } from '../reader/events.ts';
import type { Connection } from '../front.ts';
import type { LineNeeds } from './draft.ts';
import { BLANK, placeOf, streamDraft } from './draft.ts';
import { kept } from './kept.ts';

/** A line for each message of a WebSocket, under the address of its handshake. */
export interface FrameLines {
  begin(handshake: RequestEvent): void;
  frame(event: FrameEvent): void;
  gone(connection: string): void;
}

const MOST_EARLY = 256;

export function openFrames(needs: LineNeeds): FrameLines {
  const { clock, connectionAt, nextId, tell } = needs;
  const sockets = new Map<string, { line: Exchange; connection: Connection | undefined }>();
  /** Frames may overtake the word of their handshake. */
  const early: FrameEvent[] = [];

  const frame = (event: FrameEvent): void => {
    const socket = sockets.get(event.id);
    if (!socket) {
      if (early.length < MOST_EARLY) early.push(event);
      return;
    }
    const endedAt = clock.now();
    const body = kept(needs.budget, needs.openSpool);
    body.add(event.bytes);
    if (event.truncated) body.cut();
    const line = { ...socket.line, at: endedAt };
    const { direction } = event;
    tell(streamDraft(line, { id: nextId(), direction, body, endedAt }), socket.connection);
  };

  return {
    begin: ({ id, peerPort, host, port, url }) => {
      const connection = connectionAt(peerPort);
      const line: Exchange = {
        ...BLANK,
        ...placeOf(connection),
        kind: 'websocket',
        host,
        port,
        url,
      };
      sockets.set(id, { line, connection });
      for (const one of early.splice(0)) frame(one);
    },
    frame,
    gone: (connection) => {
      for (const [id, socket] of sockets) {
        if (socket.connection?.id === connection) sockets.delete(id);
      }
    },
  };
}
