import { bytesOf } from '../../harness/handset/shell/plumbing.ts';
import { runScript } from '../../harness/handset/shell/run.ts';
import type { Sink } from '../../harness/handset/shell/tool.ts';
import type { PretendPhone } from './a-phone.ts';

export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/** Runs a script on a pretend phone as `adb shell` would. */
export async function sh(
  phone: PretendPhone,
  script: string,
  {
    input = '',
    signal = new AbortController().signal,
  }: { input?: string; signal?: AbortSignal } = {},
): Promise<Ran> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const into = (held: Buffer[]): Sink => ({
    write: (data) => {
      held.push(Buffer.from(data));
      return Promise.resolve();
    },
  });
  const streams = {
    stdin: bytesOf(Buffer.from(input)),
    stdout: into(out),
    stderr: into(err),
    signal,
  };
  const code = await runScript(phone, script, streams);
  return { out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString(), code };
}
