import { join } from 'node:path';
import { startAppium } from '../../../gather/browsers/appium.ts';
import { openAdb } from '../../../gather/devices/adb.ts';
import { OUR_APP } from '../../../gather/devices/android.ts';
import type { BenchEntry } from '../../../gather/devices/bench.ts';
import { serialOf } from '../../../gather/devices/bench.ts';
import { readApp } from '../../../gather/devices/identity/identity.ts';
import { startAdbServer } from '../../../gather/devices/server.ts';
import { absence } from '../../../gather/devices/way/attach.ts';
import { checkPublicSite, dayOf } from '../../../gather/tap/sites/public.ts';
import { enoughFiles } from '../../../gather/tap/way/files.ts';
import { undoJournal } from '../../../gather/undo.ts';
import { run } from '../../../lib/children.ts';
import type { Clock } from '../../../lib/clock.ts';
import { systemClock } from '../../../lib/clock.ts';
import { Fault } from '../../../lib/fault.ts';
import { makeFolder } from '../../../record/disk.ts';
import { TOOLS } from '../../setup/needs.mjs';
import { benchAdb } from '../lab.ts';
import type { Check } from './check.ts';

/** A run of 60 trials leaves tens of MB, one with large bodies gigabytes: below this a night is not begun. */
const LEAST_FREE_MB = 2_000;

/** What every run needs of this machine. */
export function machineChecks({ root, home }: { root: string; home: string }): Check[] {
  const clock = systemClock();
  const workDir = join(home, '.leaklab', 'work', 'doctor');
  return [
    programs('programs', [...TOOLS]),
    {
      what: 'rights',
      ask: async () => {
        await makeFolder(workDir);
        await makeFolder(join(home, 'results'));
        const { code } = await run('sh', [
          '-c',
          'test -w "$0" && test -w "$1"',
          workDir,
          join(home, 'results'),
        ]);
        if (code === 0) return `results/ and .leaklab/ of ${home} can be written`;
        const advice = 'Give the folder to the user who runs Leaklab, or run it elsewhere.';
        throw new Fault('disk-refused', `${home} cannot be written`, advice);
      },
    },
    {
      what: 'disk',
      ask: async () => {
        const { stdout } = await run('df', ['-Pm', home]);
        const free = Number(stdout.toString().trim().split('\n').at(-1)?.split(/\s+/)[3]);
        if (free >= LEAST_FREE_MB) return `${free} MB free`;
        const advice = `Make room: at least ${LEAST_FREE_MB} MB; old runs are in results/.`;
        throw new Fault('disk-full', `${free} MB free under ${home}`, advice);
      },
    },
    { what: 'open files', ask: async () => `up to ${await enoughFiles()}` },
    {
      what: 'adb',
      ask: async () => {
        await using server = await startAdbServer({ home: join(workDir, 'adb'), clock });
        return `${server.version}, a server of our own came up on a free port and ended`;
      },
    },
    {
      what: 'Appium',
      ask: async () => {
        await using appium = await startAppium({ root, workDir, clock });
        return `${appium.version}, came up on a free port and ended`;
      },
    },
  ];
}

/** Programs that must be on the PATH; nothing is installed. */
export function programs(what: string, wanted: readonly (readonly [string, string])[]): Check {
  return {
    what,
    ask: async () => {
      const missing: string[] = [];
      for (const [command, name] of wanted) {
        const { code } = await run('sh', ['-c', `command -v ${command}`]);
        if (code !== 0) missing.push(name);
      }
      if (missing.length === 0) return wanted.map(([command]) => command).join(', ');
      const names = [...new Set(missing)].join(' ');
      const advice = `sudo apt-get update && sudo apt-get install --no-install-recommends ${names}`;
      throw new Fault('programs-missing', `missing: ${names}`, advice);
    },
  };
}

/** Whether each phone of the bench is there, and nothing of an earlier run is left on it. */
export function phoneChecks(entries: readonly BenchEntry[], home: string): Check[] {
  const clock = systemClock();
  return entries.flatMap((entry): Check[] => {
    const serial = serialOf(entry);
    return [
      ...(serial === null
        ? []
        : [
            {
              what: entry.name,
              ask: async () => {
                const at = benchAdb(entry);
                await closedAdb(at.port);
                await at.wanted();
                const fault = await absence(openAdb(at), serial);
                if (fault) throw fault;
                return `adb holds ${serial}`;
              },
            },
            { what: `${entry.name}, our app`, ask: () => ourApp(entry, serial) },
          ]),
      ...beaconCheck(entry, clock),
      {
        what: `${entry.name}, undo`,
        ask: async () => {
          const left = await undoJournal(join(home, '.leaklab', 'undo'), entry.name).entries();
          if (left.length === 0) return 'nothing is left to put back';
          const message = `${left.length} changes of an earlier run are still on it`;
          throw new Fault(
            'left-changed',
            message,
            `npm run leaklab -- restore --device ${entry.name}`,
          );
        },
      },
    ];
  });
}

/** The certificate of a domain of the lab's own; where an entry names no files, its world makes them as it starts. */
function beaconCheck({ name, beacon }: BenchEntry, clock: Clock): Check[] {
  const { host, cert, key } = beacon ?? {};
  if (host === undefined || cert === undefined || key === undefined) return [];
  const ask = async (): Promise<string> => {
    const { until } = await checkPublicSite({ domain: host, cert, key }, clock.now());
    return `${cert} is for *.${host} and *.beacon.${host}, until ${dayOf(until)}`;
  };
  return [{ what: `${name}, beacon`, ask }];
}

/** A run without it is a run; what it does not know then is said here and in its report. */
async function ourApp(entry: BenchEntry, serial: string): Promise<string> {
  const device = openAdb(benchAdb(entry)).device(serial);
  const found = await readApp(device, OUR_APP).catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'app-not-installed') return null;
    throw error;
  });
  if (found) return `${OUR_APP} ${found.versionName} is installed`;
  return `${OUR_APP} is not installed: what would be missed there is not known (docs/known-leak-app.md)`;
}

/** An adb server asks nobody for a password: one that listens beyond loopback gives its phones to the network. */
async function closedAdb(port: number): Promise<void> {
  await programs('ss', [['ss', 'iproute2']]).ask();
  const { stdout } = await run('ss', ['-Hltn', `sport = :${String(port)}`]);
  const open = stdout
    .toString()
    .split('\n')
    .filter((line) => /\s(0\.0\.0\.0|\*|\[::\]):\d+\s/.test(line));
  if (open.length === 0) return;
  throw new Fault(
    'adb-open',
    `the adb server on port ${port} listens on every address of this machine`,
    'End it (adb kill-server) and start it without -a; reach it from elsewhere through ssh -L.',
  );
}
