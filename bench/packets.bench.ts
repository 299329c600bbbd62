import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { flowTable } from '../harness/gather/tap/packets/flows.ts';
import { packetReader } from '../harness/gather/tap/packets/reader.ts';
import { countBuffersWithHeap } from '../harness/gather/tap/reader/garbage.ts';
import { run } from '../harness/lib/children.ts';
import type { Bench, Figure } from './how/figure.ts';
import { heldBy } from './how/processes.ts';
import type { Written } from './packets/traffic.ts';
import { writeTraffic } from './packets/traffic.ts';

/** The same file through the reader of the ledger of bytes and through other people's programs, which do less and more. */
const PEERS = [
  { what: 'tcpdump, copied to nowhere', command: 'tcpdump', args: ['-w', '/dev/null', '-r'] },
  { what: 'capinfos, counted', command: 'capinfos', args: ['-cd'] },
  {
    what: 'tshark, conversations',
    command: 'tshark',
    args: ['-n', '-q', '-z', 'conv,tcp', '-z', 'conv,udp', '-r'],
  },
] as const;

export const bench: Bench = {
  about: 'packets a second, read and sorted into conversations, beside other readers of packets',
  long: false,
  options: { packets: 600_000, rounds: 5 },
  measure: async ({ workDir, option, say }) => {
    // As the tap does, beside which packets are read.
    countBuffersWithHeap();
    const path = join(workDir, 'traffic.pcapng');
    say(`writing ${String(option('packets'))} packets`);
    const written = await writeTraffic(path, option('packets'), 'bench');
    const rates = new Map<string, number[]>();
    const note = (what: string, seconds: number): void => {
      rates.set(what, [...(rates.get(what) ?? []), written.packets / seconds]);
    };
    // The first does not count: compilers warm up, and the file comes into memory.
    for (let round = 0; round <= option('rounds'); round += 1) {
      const ours = await processorOf(() => readAll(path, written));
      if (round > 0) note(OURS, ours);
      for (const { what, command, args } of PEERS) {
        // It takes minutes for what the others do in a second.
        if (command === 'tshark' && round !== 1) continue;
        const theirs = await processorOf(() => read(command, [...args, path]));
        if (round > 0) note(what, theirs);
      }
    }
    const own = rates.get(OURS) ?? [];
    const ratio = (peer: string): number[] =>
      (rates.get(peer) ?? []).map((rate, at) => (own[at] ?? Number.NaN) / rate);
    return [
      ...[...rates].map(([what, values]): Figure => ({
        what,
        unit: 'packets/s',
        values,
        ...(what === OURS && {
          target: { atLeast: 500_000 },
          note: `by processor time, as all of these are; ${size(written)}`,
        }),
      })),
      ...PEERS.map(({ what }): Figure => ({
        what: `ours ÷ ${what}`,
        unit: '×',
        values: ratio(what),
      })),
    ];
  },
};

const OURS = 'ours, conversations';
const PIECE = 2 ** 18;

async function readAll(path: string, written: Written): Promise<void> {
  const table = flowTable();
  const reader = packetReader(table.add);
  await using file = await open(path);
  const place = Buffer.alloc(PIECE);
  for (;;) {
    const { bytesRead } = await file.read(place);
    if (bytesRead === 0) break;
    reader.push(place.subarray(0, bytesRead));
  }
  const { packets, wireBytes, state } = reader.end();
  const flows = table.flows.reduce((sum, one) => sum + one.bytesUp + one.bytesDown, 0);
  const found = [packets, wireBytes, flows + table.beyond.bytes, state].join();
  if (found !== [written.packets, written.wireBytes, written.wireBytes, 'whole'].join())
    throw new Error(`of ${JSON.stringify(written)} we read ${found}`);
  if (table.beyond.packets === 0 && table.flows.length !== written.conversations)
    throw new Error(
      `${String(table.flows.length)} of ${String(written.conversations)} conversations`,
    );
}

async function read(command: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await run(command, args, { timeoutMs: 300_000 });
  if (code !== 0) throw new Error(`${command}: ${stderr}`);
}

/** Seconds of processor time, of what it starts as well: the same on a machine that has other things to do. */
async function processorOf(work: () => Promise<void>): Promise<number> {
  const before = await heldBy(process.pid);
  await work();
  return (await heldBy(process.pid)).processor - before.processor;
}

function size({ packets, wireBytes, conversations }: Written): string {
  return `${String(packets)} packets of ${(wireBytes / packets).toFixed(0)} bytes on average, ${String(conversations)} conversations`;
}
