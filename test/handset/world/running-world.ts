import { mkdtemp, readFile, rm, watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { z } from 'zod';
import { run, spawnChild } from '../../../harness/lib/children.ts';

const readySchema = z.object({
  ready: z.literal(true),
  proxy: z.string().regex(/^http:\/\/127\.0\.0\.1:\d+$/),
  past: z.int(),
  root: z.string(),
  site: z.object({ cert: z.string(), key: z.string() }),
});
const receivedSchema = z.object({
  at: z.number(),
  host: z.string(),
  method: z.string(),
  path: z.string(),
  body: z.object({ sha256: z.string(), bytes: z.number() }),
  status: z.number(),
});

/** The world as a program of its own, for one test file. */
export async function runWorld() {
  const directory = await mkdtemp(join(tmpdir(), 'leaklab-test-'));
  const child = await spawnChild(process.execPath, [
    'harness/handset/world/main.ts',
    '--directory',
    directory,
  ]);
  const [line] = z.tuple([z.string()]).parse(await once(createInterface(child.stdout), 'line'));
  const ready = readySchema.parse(JSON.parse(line));
  const [, port] = /:(\d+)$/.exec(ready.proxy) ?? [];
  const file = join(directory, 'received.jsonl');
  const received = async () => {
    const text = await readFile(file, 'utf8');
    const lines = text.split('\n').filter((l) => l !== '');
    return lines.map((l) => receivedSchema.parse(JSON.parse(l)));
  };
  return {
    ...ready,
    pid: child.pid,
    ended: child.ended,
    port: Number(port),
    received,
    /** Returns when this was asked for; what a browser asks by itself comes when it comes. */
    asked: async (host: string, path: string) => {
      const ending = new AbortController();
      const changes = watch(file, { signal: ending.signal });
      try {
        for (;;) {
          // It is watched before it is read, so that no line falls in between.
          const change = changes[Symbol.asyncIterator]().next();
          change.catch(() => undefined);
          if ((await received()).some((one) => one.host === host && one.path === path)) return;
          await change;
        }
      } finally {
        ending.abort();
      }
    },
    [Symbol.asyncDispose]: async () => {
      await child[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    },
  };
}

export type RunningWorld = Awaited<ReturnType<typeof runWorld>>;

/** curl as a person would type it: an independent client. A buffer is its standard input. */
export async function curl(...words: (string | Buffer)[]): Promise<{ code: number; out: string }> {
  const input = words.find((word) => typeof word !== 'string');
  const args = words.filter((word) => typeof word === 'string');
  const { code, stdout } = await run('curl', ['-q', '--silent', '--noproxy', '', ...args], {
    ...(input && { input }),
    env: { PATH: '/usr/bin:/bin' },
  });
  return { code, out: stdout.toString() };
}
