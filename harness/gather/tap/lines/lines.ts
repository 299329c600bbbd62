import type { FrameEvent, JoinedEvent, RawEvent, RequestEvent } from '../reader/events.ts';
import type { LineNeeds } from './draft.ts';
import { openFrames } from './frames.ts';
import { openHttp } from './http.ts';
import { renew } from './kept.ts';
import { openRaw } from './raw.ts';

/** Makes lines of what the reader tells. */
export interface Lines {
  on(event: RequestEvent | JoinedEvent | FrameEvent | RawEvent): void;
  /** How many exchanges that began since the last cut are still under way. */
  underWay(): number;
  /** The connection is gone: what is open on it has been cut off. */
  gone(connection: string): void;
  /** Tells what is open as far as it has come, and makes room for new bodies. What is open goes on. */
  cut(): void;
}

export function openLines(needs: LineNeeds): Lines {
  const http = openHttp(needs);
  const frames = openFrames(needs);
  const raw = openRaw(needs);
  return {
    on: (event) => {
      if (isRaw(event)) raw.raw(event);
      else if (event.kind === 'frame') frames.frame(event);
      else if (event.kind === 'request') {
        http.begin(event);
        if (event.websocket) frames.begin(event);
      } else http.more(event);
    },
    underWay: http.underWay,
    gone: (connection) => {
      http.gone(connection);
      frames.gone(connection);
    },
    cut: () => {
      renew(needs.budget);
      http.cut();
      raw.cut();
    },
  };
}

function isRaw(event: { readonly kind: string }): event is RawEvent {
  return event.kind === 'raw' || event.kind.startsWith('raw-');
}
