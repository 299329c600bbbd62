import { once } from 'node:events';
import { z } from 'zod';

/** One question put to a whole browser over its DevTools address: what no page of it may be asked. */
export async function askBrowser<T>(
  address: string,
  method: string,
  answer: z.ZodType<T>,
): Promise<T> {
  const socket = new WebSocket(address);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    await once(socket, 'open', { signal });
    socket.send(JSON.stringify({ id: 1, method }));
    const [message] = z
      .tuple([z.object({ data: z.string() })])
      .parse(await once(socket, 'message', { signal }));
    return z.object({ result: answer }).parse(JSON.parse(message.data)).result;
  } finally {
    socket.close();
  }
}

const PATIENCE_MS = 10_000;
