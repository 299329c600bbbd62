import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:net';
import { connect, createServer } from 'node:net';

/** Something that one process of this machine holds at a time. */
export type Lease = AsyncDisposable;

/** Another process holds it: in its own words, or null when it did not say. */
export class Taken extends Error {
  readonly by: string | null;

  constructor(thing: string, by: string | null) {
    super(`${thing} is held by ${by ?? 'a process that does not answer'}`);
    this.by = by;
  }
}

/**
 * Takes `thing` for as long as this process lives. The lease is a listening Unix socket without a file (its name is the
 * kernel's, the same for every user and folder), so it ends with its holder, `kill -9` included: no lease is ever
 * stale and no pid is guessed at. Whoever comes second gets `Taken`, with the words of `holder`.
 */
export async function takeLease(thing: string, holder: string): Promise<Lease> {
  const name = `\0lease-${createHash('sha256').update(thing).digest('hex').slice(0, 40)}`;
  for (let tries = 0; ; tries++) {
    const server = createServer((visitor) => {
      visitor.on('error', () => undefined).end(holder);
    });
    if (await listens(server, name)) {
      server.unref();
      return { [Symbol.asyncDispose]: () => end(server) };
    }
    const by = await askHolder(name);
    // Gone between the two questions: it is free now.
    if (by !== undefined || tries === TRIES) throw new Taken(thing, by ?? null);
  }
}

const TRIES = 3;
/** A holder that is stopped holds all the same, and answers nothing. */
const PATIENCE_MS = 1000;
const MOST_WORDS = 1000;

async function listens(server: Server, name: string): Promise<boolean> {
  server.listen(name);
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  }
}

/** The holder's words, null when it says none in time, undefined when nobody holds it. */
async function askHolder(name: string): Promise<string | null | undefined> {
  const socket = connect(name);
  const late = setTimeout(() => socket.destroy(), PATIENCE_MS);
  let words = '';
  try {
    for await (const chunk of socket.setEncoding('utf8')) {
      words = (words + String(chunk)).slice(0, MOST_WORDS);
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED')
      return undefined;
  } finally {
    clearTimeout(late);
    socket.destroy();
  }
  return words === '' ? null : words;
}

async function end(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await closed;
}
