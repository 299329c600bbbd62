import type { FrameEvent } from './events.ts';
import type { Pressure } from '../lines/pressure.ts';

/** What a WebSocket of the library's own library offers. */
interface WebSocketEnd {
  readonly bufferedAmount: number;
  pause(): void;
  resume(): void;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
}

interface Bounded {
  readonly tell: (event: FrameEvent) => void;
  readonly pressure: Pressure;
  /** We listen to it ourselves: there is no other end. */
  readonly alone: boolean;
}

/** The largest message that is put together; the library sets no limit on what a server sends. */
const MOST_MESSAGE = 16 * 2 ** 20;
const MOST_FRAGMENTS = 2 ** 16;
const MOST_BUFFERED = 2 ** 20;
const LOOK_AGAIN_MS = 10;

/**
 * Keeps a flood of messages within bounds: an end that sends faster than the other takes, or than the disk takes,
 * is not read for that long. A message above the limit ends the socket, and a frame says that it was cut.
 */
export function boundWebSocket(
  phone: unknown,
  id: string,
  { tell, pressure, alone }: Bounded,
): void {
  const server: unknown =
    typeof phone === 'object' && phone !== null ? Reflect.get(phone, 'upstreamWebSocket') : null;
  if (!isEnd(phone) || isEnd(server) === alone)
    throw new Error('the library joins WebSockets in another way');
  const ways = isEnd(server)
    ? ([
        [phone, server, 'up'],
        [server, phone, 'down'],
      ] as const)
    : ([[phone, { bufferedAmount: 0 }, 'up']] as const);
  for (const [from, to, direction] of ways) {
    limitMessages(from);
    let held = false;
    from.on('message', () => {
      if (held || (to.bufferedAmount <= MOST_BUFFERED && !pressure.high)) return;
      held = true;
      from.pause();
      setTimeout(function look() {
        if (to.bufferedAmount > MOST_BUFFERED || pressure.high) {
          setTimeout(look, LOOK_AGAIN_MS);
          return;
        }
        held = false;
        from.resume();
      }, LOOK_AGAIN_MS);
    });
    from.on('error', (error) => {
      // What is wrong with a frame is too long, too many, or no frame: what came of it was not read.
      if (error instanceof Error && 'code' in error && String(error.code).startsWith('WS_ERR')) {
        tell({ kind: 'frame', id, direction, bytes: new Uint8Array(0), truncated: true });
      }
    });
  }
}

function isEnd(value: unknown): value is WebSocketEnd {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'bufferedAmount') === 'number' &&
    typeof Reflect.get(value, 'pause') === 'function'
  );
}

/** Set where the library's library looks: on what receives, and on what unpacks. */
function limitMessages(end: WebSocketEnd): void {
  const receiver: unknown = Reflect.get(end, '_receiver');
  if (typeof receiver !== 'object' || receiver === null) {
    throw new Error('a WebSocket receives in another way');
  }
  Reflect.set(receiver, '_maxPayload', MOST_MESSAGE);
  Reflect.set(receiver, '_maxFragments', MOST_FRAGMENTS);
  const extensions: unknown = Reflect.get(receiver, '_extensions');
  if (typeof extensions !== 'object' || extensions === null) return;
  const deflate: unknown = Reflect.get(extensions, 'permessage-deflate');
  if (typeof deflate === 'object' && deflate !== null) {
    Reflect.set(deflate, '_maxPayload', MOST_MESSAGE);
  }
}
