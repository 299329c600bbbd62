import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Child } from '../../../lib/children.ts';
import { spawnChild } from '../../../lib/children.ts';
import { jsonOf } from '../../../record/disk.ts';
import type { Fingerprint } from './fingerprint.ts';
import { GRID, fingerprintOf } from './fingerprint.ts';

/** Why a picture was not seen, or not all of it: a limit that was hit, or something wrong with the picture. */
export interface Failure {
  readonly why: string;
  readonly limit: boolean;
}

/** What a picture gave: what is written in it (JSON by tag), what it shows, and what the small one inside it shows. */
export interface Developed {
  readonly written: Buffer | null;
  readonly shown: Fingerprint | null;
  readonly small: Fingerprint | null;
  readonly failed: Failure | null;
}

/** Bytes in front of each picture that goes in: its length, and whether its pixels are wanted. */
export const HEAD = 5;

/** What comes back, a line each. The process that says so reads hostile bytes: it is believed as little as they are. */
const ANSWER = z.object({
  written: z.base64().nullable(),
  shown: z.base64().nullable(),
  small: z.base64().nullable(),
  failed: z.object({ why: z.string().max(200), limit: z.boolean() }).nullable(),
});
export type Answer = z.infer<typeof ANSWER>;

/**
 * Opens pictures in a process of its own, started when the first one comes and kept: a fault in a decoder, or a picture
 * that never ends, costs that picture and no more. One at a time, in the order in which they are asked for.
 */
export class Darkroom implements AsyncDisposable {
  readonly #limits: Limits;
  #child: Child | null = null;
  #left: number;
  #before: Promise<unknown> = Promise.resolve();

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
    this.#left = this.#limits.starts;
  }

  /** Never rejects: what could not be had is said in `failed`. `pixels`: whether what it shows is wanted. */
  async develop(picture: Buffer, pixels: boolean): Promise<Developed> {
    if (picture.length > this.#limits.bytes) {
      return failed(`more than ${this.#limits.bytes} bytes`, true);
    }
    const answer = this.#before.then(async () => await this.#ask(picture, pixels));
    this.#before = answer;
    return await answer;
  }

  /** Of the process that is kept; null while there is none. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#before;
    await this.#stop();
  }

  async #ask(picture: Buffer, pixels: boolean): Promise<Developed> {
    const child = await this.#started();
    if (child === null) return failed('the process that opens pictures ended too often', true);
    const answer = nextLine(child, this.#limits.seconds);
    const head = Buffer.alloc(HEAD);
    head.writeUInt32LE(picture.length);
    head[4] = pixels ? 1 : 0;
    child.stdin.write(head);
    child.stdin.write(picture);
    const line = await answer;
    const developed = typeof line === 'string' ? read(line) : failed(line.why, true);
    if (typeof line !== 'string' || developed === null) await this.#stop();
    return developed ?? failed('what came back was no answer', true);
  }

  async #started(): Promise<Child | null> {
    if (this.#child !== null) return this.#child;
    if (this.#left-- <= 0) return null;
    const [command = '', ...args] = this.#limits.program;
    // Nothing of our surroundings goes with it.
    const child = await spawnChild(command, args, { env: PATH, cwd: '/', graceMs: 0 }).catch(
      () => null,
    );
    child?.stderr.resume();
    this.#child = child;
    return child;
  }

  async #stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    await child?.[Symbol.asyncDispose]();
  }
}

/** What one search may spend on pictures. */
interface Limits {
  readonly bytes: number;
  readonly seconds: number;
  /** How often the process is started in all: each picture that ends it costs a start. */
  readonly starts: number;
  readonly program: readonly string[];
}

const MEMORY = 1536 * 2 ** 20;
const LIMITS: Limits = {
  bytes: 16 * 2 ** 20,
  seconds: 15,
  starts: 64,
  program: [
    'prlimit',
    `--data=${MEMORY}`,
    '--core=0',
    '--',
    process.execPath,
    '--max-old-space-size=256',
    fileURLToPath(new URL('develop.ts', import.meta.url)),
  ],
};
const PATH = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

/** The next line that the process says, or why there is none. */
function nextLine(child: Child, seconds: number): Promise<string | { readonly why: string }> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let size = 0;
    const settle = (what: string | { readonly why: string }): void => {
      clearTimeout(timer);
      child.stdout.off('data', hear);
      resolve(what);
    };
    const hear = (piece: Buffer): void => {
      pieces.push(piece);
      size += piece.length;
      if (piece.includes(0x0a)) settle(Buffer.concat(pieces).toString('latin1'));
      else if (size > LONGEST) settle({ why: 'what came back does not end' });
    };
    const timer = setTimeout(() => {
      settle({ why: `opening it takes more than ${seconds} s` });
    }, 1000 * seconds);
    child.stdout.on('data', hear);
    void child.ended.then(() => {
      settle({ why: 'it ended the process that opened it' });
    });
  });
}

const LONGEST = 4 * 2 ** 20;

function read(line: string): Developed | null {
  const given = ANSWER.safeParse(jsonOf(line));
  if (!given.success) return null;
  const { written, shown, small, failed: why } = given.data;
  const print = printOf(shown);
  const isFaint = shown !== null && print === null && why === null;
  return {
    written: written === null ? null : Buffer.from(written, 'base64'),
    shown: print,
    small: printOf(small),
    failed: isFaint ? { why: 'it shows next to nothing', limit: false } : why,
  };
}

function printOf(colours: string | null): Fingerprint | null {
  const bytes = colours === null ? null : Buffer.from(colours, 'base64');
  return bytes?.length === 3 * GRID * GRID ? fingerprintOf(bytes) : null;
}

function failed(why: string, limit: boolean): Developed {
  return { written: null, shown: null, small: null, failed: { why, limit } };
}
