import type { Phone } from '../phone/phone.ts';
import type { User } from '../phone/rights.ts';

/** Where a program's output goes. Resolves when there is room for more, or nobody listens any longer. */
export interface Sink {
  write(data: string | Buffer): Promise<void>;
}

export interface Streams {
  readonly stdin: AsyncIterable<Buffer>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Aborted when the host closes the stream, or when the reader of a pipe has ended. */
  readonly signal: AbortSignal;
}

/** One shell's memory, which `cd`, `export` and `exit` change. */
export interface Session {
  readonly user: User;
  readonly variables: Map<string, string>;
  /** `$1` …, after `sh -c script name`. */
  readonly positional: readonly string[];
  folder: string;
  /** `$?` */
  last: number;
  exited: boolean;
}

/** One run of one program. */
export interface Call extends Streams {
  readonly phone: Phone;
  readonly name: string;
  readonly args: readonly string[];
  readonly session: Session;
  /** Runs a script in a shell of its own, with this program's streams (`sh -c`, `su -c`). */
  shell(script: string, options?: { user?: User; positional?: readonly string[] }): Promise<number>;
  /** Runs another program with this one's streams and session (`exec`). */
  run(words: readonly string[]): Promise<number>;
  /** An absolute path, from the session's folder. */
  path(name: string): string;
}

/**
 * What a program leaves: text for stdout, or more. `unknown`: it was asked for something that the handset does
 * not emulate; the trace notes it. A program that streams writes to `call.stdout` and answers with its code.
 */
export type Answer =
  | string
  | {
      readonly out?: string | Buffer;
      readonly err?: string;
      readonly code?: number;
      readonly unknown?: boolean;
    };

export type Tool = (call: Call) => Answer | Promise<Answer>;

export type Toolbox = Readonly<Record<string, Tool>>;

/** Nothing printed, and success. */
export const DONE: Answer = '';

export function failed(err: string, code = 1): Answer {
  return { err: `${err}\n`, code };
}

/** Asked for something that is not emulated: what a phone without it says, and a note in the trace. */
export function unknown(err: string, code = 255): Answer {
  return { err: `${err}\n`, code, unknown: true };
}

/** All of a program's input, up to 64 MiB. */
export async function readAll(stdin: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > 64 * 2 ** 20) break;
  }
  return Buffer.concat(chunks);
}

/** Splits leading flags from the rest: `-rf x` and `--force x`; `--` ends them. */
export function flagsOf(args: readonly string[]): {
  readonly flags: ReadonlySet<string>;
  readonly rest: string[];
} {
  const flags = new Set<string>();
  const rest = [...args];
  while (rest[0]?.startsWith('-') && rest[0] !== '-') {
    const word = rest.shift() ?? '';
    if (word === '--') break;
    if (word.startsWith('--')) flags.add(word.slice(2));
    else for (const letter of word.slice(1)) flags.add(letter);
  }
  return { flags, rest };
}
