import { once } from 'node:events';
import { z } from 'zod';

/** The DevTools of one page: commands with their answers, and the events in between. */
export interface DevTools extends Disposable {
  ask<T>(method: string, parameters: object, answer: z.ZodType<T>): Promise<T>;
  /** Settles when an event of this name comes; rejects when the page has gone. */
  next(event: string, signal: AbortSignal): Promise<void>;
}

const messageSchema = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

export async function openDevTools(address: string): Promise<DevTools> {
  const socket = new WebSocket(address);
  await once(socket, 'open', { signal: AbortSignal.timeout(PATIENCE_MS) });
  const asked = new Map<number, PromiseWithResolvers<unknown>>();
  const awaited = new Map<string, Set<() => void>>();
  let count = 0;
  socket.addEventListener('message', ({ data }: MessageEvent) => {
    const message = messageSchema.parse(JSON.parse(String(data)));
    if (message.id === undefined) {
      for (const settle of awaited.get(message.method ?? '') ?? []) settle();
      return;
    }
    const waiting = asked.get(message.id);
    asked.delete(message.id);
    if (message.error) waiting?.reject(new Error(message.error.message));
    else waiting?.resolve(message.result);
  });
  socket.addEventListener('close', () => {
    for (const waiting of asked.values()) waiting.reject(new Error('the page has gone'));
  });
  return {
    ask: async (method, parameters, answer) => {
      const id = ++count;
      const waiting = Promise.withResolvers<unknown>();
      asked.set(id, waiting);
      socket.send(JSON.stringify({ id, method, params: parameters }));
      return answer.parse(await waiting.promise);
    },
    next: async (event, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      const settle = (): void => {
        resolve(undefined);
      };
      const stop = (): void => {
        reject(new Error(`no ${event}`));
      };
      const waiting = awaited.get(event) ?? new Set();
      awaited.set(event, waiting.add(settle));
      signal.addEventListener('abort', stop, { once: true });
      socket.addEventListener('close', stop, { once: true });
      try {
        await promise;
      } finally {
        waiting.delete(settle);
        signal.removeEventListener('abort', stop);
        socket.removeEventListener('close', stop);
      }
    },
    [Symbol.dispose]: () => {
      socket.close();
    },
  };
}

const PATIENCE_MS = 10_000;
