import { once } from 'node:events';
import { run, spawnChild } from '../../lib/children.ts';

/** Requests of a trial, counted by a program that knows nothing of the tap: tshark, with the secrets beside the packets. */
export interface Recount {
  readonly counted: number;
  readonly told: number;
  /** Connections of which it could read nothing. */
  readonly unopened: number;
}

/** What is to be known of a connection: one that began before this record cannot be read from its middle. */
export interface Conversation {
  readonly client: { readonly port: number };
  readonly begun: boolean;
}

/** A line of the tap that tells a request. */
export interface Told {
  readonly clientPort: number | null;
  /** It was cut off: whether its head was complete on the wire, nobody can say. */
  readonly aborted: boolean;
}

export interface Again {
  readonly recount: Recount;
  /** What only one of the two has seen, as phrases. */
  readonly why: readonly string[];
}

/** Disposal gives up counting, where a trial never came to its end. */
export interface Recounter extends AsyncDisposable {
  /** The same bytes that go into the file. */
  write(bytes: Buffer): void;
  /** Null where it could not be counted. `flows`: the conversations that are to be compared. */
  end(flows: readonly Conversation[], told: readonly Told[]): Promise<Again | null>;
}

const ARGS = [
  ...['-n', '-r', '-', '-Y', 'http.request || http2.headers.method', '-T', 'fields'],
  ...['-E', 'aggregator=,', '-e', 'tcp.srcport', '-e', 'http.request.method'],
  ...['-e', 'http2.headers.method'],
];
/** It dissects what strangers sent: with the rights of nobody, and after everybody else. */
const NOBODY = ['--reuid', '65534', '--regid', '65534', '--clear-groups', '--inh-caps=-all', '--'];
/** It reads from a file or a pipe, and what we have to give is a socket. Whoever ends the shell ends all three. */
const AS_PIPE = [
  ...['sh', '-c', `trap 'trap - TERM; kill 0' TERM; exec 3<&0; cat <&3 | "$@" 3<&- & wait $!`],
  'sh',
] as const;
const PATIENCE_MS = 20_000;
/** It takes 4 KB for each packet: what is longer than this is not counted again. */
const MOST_BYTES = 64 * 2 ** 20;

/** Begins to count, beside the trial. Null where tshark is not installed. */
export async function openRecounter(): Promise<Recounter | null> {
  const { code } = await run('sh', ['-c', 'command -v tshark']);
  if (code !== 0) return null;
  const child = await spawnChild(
    'setsid',
    [...AS_PIPE, 'nice', 'setpriv', ...NOBODY, 'tshark', ...ARGS],
    {
      // It would look for settings of whoever started us.
      env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
    },
  );
  const said: Buffer[] = [];
  let given = 0;
  child.stdout.on('data', (bytes: Buffer) => said.push(bytes));
  child.stderr.resume();
  return {
    write: (bytes) => {
      given += bytes.length;
      if (given <= MOST_BYTES) child.stdin.write(bytes);
      // What it has not read yet is let go as well.
      else child.stdin.destroy();
    },
    end: async (flows, told) => {
      if (given > MOST_BYTES) {
        await child[Symbol.asyncDispose]();
        return null;
      }
      child.stdin.end();
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const ended = await Promise.race([child.ended, once(signal, 'abort').then(() => null)]);
      await child[Symbol.asyncDispose]();
      if (ended !== 0) return null;
      return compared(countsIn(Buffer.concat(said).toString('latin1')), flows, told);
    },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

/** Requests by the port that they came from. */
function countsIn(lines: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const line of lines.split('\n')) {
    const [port = '', ...methods] = line.split('\t');
    const more = methods.flatMap((some) => some.split(',')).filter(Boolean).length;
    // Behind a tunnel of its own a frame may name ports twice.
    const from = Number(port.split(',')[0]);
    if (more > 0) counts.set(from, (counts.get(from) ?? 0) + more);
  }
  return counts;
}

/** What was cut off may or may not be counted; everything else must be, and nothing that was not told. */
export function compared(
  counts: ReadonlyMap<number, number>,
  flows: readonly Conversation[],
  told: readonly Told[],
): Again {
  let [counted, all, unopened] = [0, 0, 0];
  const why: string[] = [];
  const older = new Set(flows.filter(({ begun }) => !begun).map(({ client }) => client.port));
  for (const port of new Set(flows.map(({ client }) => client.port))) {
    if (older.has(port)) continue;
    const its = told.filter(({ clientPort }) => clientPort === port);
    const found = counts.get(port) ?? 0;
    if (found === 0) {
      if (its.some(({ aborted }) => !aborted)) unopened += 1;
      continue;
    }
    counted += found;
    all += its.length;
    const whole = its.filter(({ aborted }) => !aborted).length;
    if (found >= whole && found <= its.length) continue;
    why.push(
      `tshark counts ${String(found)} requests from port ${String(port)}, of which the tap told ${String(its.length)}`,
    );
  }
  return { recount: { counted, told: all, unopened }, why };
}
