import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Child } from '../../../../harness/lib/children.ts';
import { run, spawnChild } from '../../../../harness/lib/children.ts';

/** Debian's own Python first: libraries that Debian packages are there. */
const PYTHONS = ['/usr/bin/python3', 'python3'];

/** The first Python of 3.9 or later on this machine; null when there is none. */
export async function python(): Promise<string | null> {
  const isNew = 'import sys; sys.exit(sys.version_info < (3, 9))';
  for (const one of PYTHONS) {
    const { code } = await run(one, ['-c', isNew]);
    if (code === 0) return one;
  }
  return null;
}

/** Starts one of the scripts beside this file. */
export async function script(command: string, name: string, ...args: string[]): Promise<Child> {
  return await spawnChild(command, ['-B', fileURLToPath(new URL(name, import.meta.url)), ...args]);
}

/** Python's encoders, as a program that is asked line by line. */
export interface Foreign extends AsyncDisposable {
  readonly encoders: readonly { readonly name: string; readonly textOnly: boolean }[];
  /** Libraries that are not there: their encoders are not either. */
  readonly missing: readonly string[];
  pack(encoder: string, bytes: Uint8Array, seed: number): Promise<Buffer>;
}

export async function foreign(command: string): Promise<Foreign> {
  const child = await script(command, 'serve.py');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`serve.py ended with ${await child.ended}`);
    return JSON.parse(value);
  };
  const { encoders, missing } = HELLO.parse(await answer());
  return {
    encoders,
    missing,
    pack: async (encoder, bytes, seed) => {
      const asked = { encoder, bytes: Buffer.from(bytes).toString('base64'), seed };
      child.stdin.write(`${JSON.stringify(asked)}\n`);
      return Buffer.from(PACKED.parse(await answer()).bytes, 'base64');
    },
    [Symbol.asyncDispose]: async () => {
      await child[Symbol.asyncDispose]();
    },
  };
}

const HELLO = z.object({
  encoders: z.array(z.object({ name: z.string(), textOnly: z.boolean() })),
  missing: z.array(z.string()),
});
const PACKED = z.object({ bytes: z.base64() });
