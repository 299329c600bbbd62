import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { openLab } from '../../../harness/cli/bench/lab.ts';
import { profileAtBench } from '../../../harness/cli/bench/profiles.ts';
import type { ProfileAtBench } from '../../../harness/cli/bench/profiles.ts';
import { openAdb } from '../../../harness/gather/devices/adb.ts';
import { attach } from '../../../harness/gather/devices/way/attach.ts';
import type { DeviceLink } from '../../../harness/gather/devices/phone.ts';
import type { Clock } from '../../../harness/lib/clock.ts';
import { run } from '../../../harness/lib/children.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const traced = z.object({ kind: z.string(), what: z.string(), known: z.boolean() });

/** One handset under the unmodified adb, Appium and driver, its proxy setting straight to the world. */
export interface Stack extends AsyncDisposable {
  readonly profile: ProfileAtBench;
  readonly link: DeviceLink;
  readonly clock: Clock;
  readonly workDir: string;
  shell(command: string): Promise<void>;
  /** A line for the handset's control socket. */
  tell(command: object): Promise<void>;
  /** What the stack asked for that the handset does not know. */
  unknown(): Promise<unknown[]>;
}

/** `rom`: the name of a shipped profile, or a path from the repository's root. */
export async function openStack(rom: string): Promise<Stack> {
  const profile = await profileAtBench(rom.endsWith('.json') ? join(ROOT, rom) : rom);
  const { name } = profile.entry;
  await using held = new AsyncDisposableStack();
  const workDir = await mkdtemp(join(tmpdir(), 'leaklab-every-app-'));
  held.defer(() => rm(workDir, { recursive: true }));
  const chosen = new Map([[name, profile.entry]]);
  const lab = held.use(await openLab(chosen, { root: ROOT, workDir, seed: 'every app' }));
  const at = lab.devices.get(name);
  const link = at?.link;
  assert.ok(at && link);
  const device = await attach(openAdb(link.adb), link.serial, at.clock);
  const port = Number(link.world?.proxy.split(':').at(-1));
  await device.reverse(port);
  await device.ask(['settings', 'put', 'global', 'http_proxy', `127.0.0.1:${port}`]);
  const all = held.move();
  return {
    profile,
    link,
    clock: at.clock,
    workDir,
    shell: async (command) => {
      await device.ask(['sh', '-c', command]);
    },
    tell: async (command) => {
      const program = join(ROOT, 'harness/handset/tell.ts');
      const socket = join(workDir, `${name}.sock`);
      const told = await run(process.execPath, [program, socket, JSON.stringify(command)]);
      assert.equal(told.code, 0, told.stdout.toString());
    },
    unknown: async () => {
      const lines = (await readFile(join(workDir, `${name}.trace.jsonl`), 'utf8')).trim();
      return lines
        .split('\n')
        .map((line) => traced.parse(JSON.parse(line)))
        .filter(({ known }) => !known);
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
