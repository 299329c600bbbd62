import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { z } from 'zod';
import { benchFault } from '../../devices/faults.ts';

/** Firefox's own automation port: one question at a time, in JSON with its length before it. */
export interface Marionette extends AsyncDisposable {
  ask(command: string, parameters?: Readonly<Record<string, unknown>>): Promise<unknown>;
}

const PATIENCE_MS = 20_000;
const MOST_BYTES = 16 * 2 ** 20;
const helloSchema = z.object({ marionetteProtocol: z.literal(3) });
const answerSchema = z.tuple([z.literal(1), z.number(), z.unknown(), z.unknown()]);

/** Connects and opens a session. The protocol is that of Firefox's `remote/marionette` (version 3). */
export async function openMarionette(host: string, port: number): Promise<Marionette> {
  const socket = connect({ host, port });
  socket.on('error', () => undefined);
  const messages = framesOf(socket);
  const next = async (): Promise<unknown> => {
    // It is given up when it stays silent, which reads as an early end.
    const message = await messages.next().catch(() => null);
    if (message?.done !== false)
      throw benchFault('desktop-gone', 'Firefox closed its automation port, or says nothing there');
    return JSON.parse(message.value);
  };
  let turn: Promise<unknown> = next().then((hello) => helloSchema.parse(hello));
  let count = 0;
  const ask: Marionette['ask'] = (command, parameters = {}) => {
    const asked = turn.then(async () => {
      count += 1;
      const words = JSON.stringify([0, count, command, parameters]);
      socket.write(`${String(Buffer.byteLength(words))}:${words}`);
      const [, , failure, answer] = answerSchema.parse(await next());
      if (failure !== null) throw new Error(`${command}: ${JSON.stringify(failure)}`);
      return answer;
    });
    turn = asked.catch(() => undefined);
    return asked;
  };
  await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) });
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  await ask('WebDriver:NewSession', { strictFileInteractability: false });
  socket.setTimeout(0);
  return {
    ask,
    [Symbol.asyncDispose]: async () => {
      socket.destroy();
      if (!socket.closed) await once(socket, 'close');
    },
  };
}

async function* framesOf(socket: Socket): AsyncGenerator<string> {
  let bytes: Buffer = Buffer.alloc(0);
  for await (const chunk of socket) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      const colon = bytes.indexOf(':');
      if (colon < 0) break;
      const length = Number(bytes.toString('latin1', 0, colon));
      if (!(length >= 0 && length <= MOST_BYTES)) return;
      if (bytes.length < colon + 1 + length) break;
      yield bytes.toString('utf8', colon + 1, colon + 1 + length);
      bytes = bytes.subarray(colon + 1 + length);
    }
  }
}
