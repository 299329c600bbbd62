import { execFile, spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/** A program of ours that runs beside us and dies with us, even when we are killed with -9. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles when the program has ended, with its exit code (null when a signal ended it). Never rejects. */
  readonly ended: Promise<number | null>;
}

/**
 * Starts a program under `setpriv --pdeathsig KILL`, so that no crash of ours leaves one behind. Disposal ends it
 * by its own pid: SIGTERM, then SIGKILL after `graceMs`. Rejects when the program cannot be started at all.
 */
export async function spawnChild(
  command: string,
  args: readonly string[],
  { env, cwd, graceMs = 3000 }: { env?: NodeJS.ProcessEnv; cwd?: string; graceMs?: number } = {},
): Promise<Child> {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', '--', command, ...args],
    { stdio: ['pipe', 'pipe', 'pipe'], ...(env && { env }), ...(cwd !== undefined && { cwd }) },
  );
  await once(child, 'spawn');
  // A child that ends first must not take us down with EPIPE.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      resolve(code);
    });
  });
  return {
    pid: child.pid ?? -1,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(hard);
    },
  };
}

/** What a finished command left behind. */
export interface Finished {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a command to its end, bounded in time and output. Rejects only when it cannot be started. */
export function run(
  command: string,
  args: readonly string[],
  {
    env,
    input,
    timeoutMs = 30_000,
    maxBytes = 64 * 2 ** 20,
    signal,
  }: {
    env?: NodeJS.ProcessEnv;
    input?: Buffer;
    timeoutMs?: number;
    maxBytes?: number;
    signal?: AbortSignal;
  } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'setpriv',
      ['--pdeathsig', 'KILL', '--', command, ...args],
      {
        encoding: 'buffer',
        timeout: timeoutMs,
        maxBuffer: maxBytes,
        killSignal: 'SIGKILL',
        ...(env && { env }),
        ...(signal && { signal }),
      },
      (error, stdout, stderr) => {
        if (error && error.code === 'ENOENT') reject(error);
        else {
          const code = error ? (typeof error.code === 'number' ? error.code : 128) : 0;
          resolve({ code, stdout, stderr: stderr.toString('utf8') });
        }
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
