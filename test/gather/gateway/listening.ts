import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Gateway } from '../../../harness/gather/gateway/gateway.ts';
import { openGateway } from '../../../harness/gather/gateway/gateway.ts';
import type { Ground } from '../../../harness/gather/gateway/ground.ts';
import { openGround } from '../../../harness/gather/gateway/ground.ts';
import { madeUp } from '../../../harness/gather/gateway/names.ts';
import { openTap } from '../../../harness/gather/tap/open.ts';
import type { Tap } from '../../../harness/gather/tap/tap.ts';
import type { Finished } from '../../../harness/lib/children.ts';
import { run } from '../../../harness/lib/children.ts';
import type { SteadyClock } from '../../../harness/lib/clock.ts';
import { systemClock } from '../../../harness/lib/clock.ts';
import type { Lab } from '../tap/lab.ts';

/** A tap behind a gateway of its own, and what runs in its network. */
export interface Listening extends AsyncDisposable {
  readonly ground: Ground;
  readonly gateway: Gateway;
  readonly tap: Tap;
  curl(...args: string[]): Promise<Finished>;
  bash(script: string, timeoutMs?: number): Promise<Finished>;
  /** Of the process that records its packets. */
  recorder(): Promise<number>;
}

export async function listening(
  lab: Pick<Lab, 'world' | 'folder'>,
  clock: SteadyClock = systemClock(),
): Promise<Listening> {
  await using held = new AsyncDisposableStack();
  const ground = held.use(await openGround());
  const gateway = held.use(await openGateway(ground, { resolve: madeUp(), clock }));
  const tap = held.use(await openTap({ device: 'pretend', world: lab.world, clock, gateway }));
  const ca = join(lab.folder, `${ground.namespace}.pem`);
  await writeFile(ca, tap.caPem);
  const within = (words: string[], timeoutMs = 30_000): Promise<Finished> => {
    const [command, ...args] = ground.inside(words);
    return run(command, args, { timeoutMs });
  };
  const all = held.move();
  return {
    ground,
    gateway,
    tap,
    curl: (...args) =>
      within(['curl', '-s', '-m', '20', '-o', '/dev/null', '--cacert', ca, ...args]),
    bash: (script, timeoutMs) => within(['bash', '-c', script], timeoutMs),
    recorder: async () => {
      const { stdout } = await run('pgrep', ['-f', `^tcpdump .*-i ${ground.cable} `]);
      return Number(stdout.toString());
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
