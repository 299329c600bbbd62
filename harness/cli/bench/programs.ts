import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Child } from '../../lib/children.ts';
import { spawnChild } from '../../lib/children.ts';
import type { Ground } from '../../gather/gateway/ground.ts';
import { Fault } from '../../lib/fault.ts';

/**
 * The reference handset and its world as programs of their own: started with the run and ended with it. They are
 * reached only through adb and through the tap; what they say here is where they listen.
 */
export interface Started<Ready> extends AsyncDisposable {
  readonly ready: Ready;
  /** Settles when the program has ended, with its exit code (null: by a signal). */
  readonly ended: Promise<number | null>;
}

export type WorldReady = z.output<typeof worldSchema>;

const worldSchema = z.object({
  ready: z.literal(true),
  proxy: z.string(),
  /** The world's door for what goes past the proxy setting. */
  past: z.int(),
  root: z.string(),
  site: z.object({ cert: z.string(), key: z.string() }),
});

const handsetSchema = z.object({ ready: z.literal(true), serial: z.string() });

/** `sites`: domains of a lab's own that its site's certificate is for as well. */
export async function startWorld(
  root: string,
  directory: string,
  sites: readonly string[] = [],
): Promise<Started<WorldReady>> {
  const program = `${root}/harness/handset/world/main.ts`;
  const named = sites.flatMap((one) => ['--site', one]);
  return await started([program, '--directory', directory, ...named], worldSchema);
}

export async function startHandset(
  root: string,
  given: {
    rom: string;
    worldRoot: string;
    past?: number;
    /** The network of its own that it is in; everything that its apps send goes there. */
    ground?: Ground | null;
    timelapse: number;
    seed: string;
    trace?: string;
    control?: string;
  },
): Promise<Started<z.output<typeof handsetSchema>>> {
  const { rom, worldRoot, past, ground = null, timelapse, seed, trace, control } = given;
  const args = [
    '--rom',
    rom,
    '--root',
    worldRoot,
    '--timelapse',
    String(timelapse),
    '--seed',
    seed,
  ];
  if (ground) args.push('--past', 'air');
  else if (past !== undefined) args.push('--past', String(past));
  if (trace !== undefined) args.push('--trace', trace);
  // The kernel takes no longer names for a socket; in a folder that deep, the handset is not to be told anything.
  if (control !== undefined && Buffer.byteLength(control) < 108) args.push('--control', control);
  return await started([`${root}/harness/handset/main.ts`, ...args], handsetSchema, ground);
}

/**
 * These programs are many and mostly wait: young objects get 1 MB instead of 16, there is one compiler for hot code
 * instead of two, and they may ask for a collection once they have started.
 */
const SMALL = ['--max-semi-space-size=1', '--no-maglev', '--expose-gc'];

/** Starts a program of ours and waits for the line of JSON that says where it listens. */
async function started<Ready>(
  args: string[],
  schema: z.ZodType<Ready>,
  ground: Ground | null = null,
): Promise<Started<Ready>> {
  const command = [process.execPath, ...SMALL, ...args] as const;
  const [program, ...rest] = ground ? ground.inside(command) : command;
  const child = await spawnChild(program, rest, { env: { ...process.env, MALLOC_ARENA_MAX: '1' } });
  try {
    const ready = schema.parse(JSON.parse(await firstLine(child)));
    return { ready, ended: child.ended, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}

/** The program's first line; when it ends without one, what it complained of is the message. */
async function firstLine(child: Child): Promise<string> {
  const complaints: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => {
    if (complaints.length < 64) complaints.push(chunk);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    child.stdout.resume();
    return line;
  }
  await child.ended;
  throw new Fault(
    'program-ended',
    Buffer.concat(complaints).toString('utf8').trim() || 'it ended at once, and said nothing',
    'Mend what it complains of; a handset is named by "handset" in devices.json.',
  );
}
