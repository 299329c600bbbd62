import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contestant, Load } from './capture/contest.ts';
import { contest, openFar, openMitm, openOurs } from './capture/contest.ts';
import { foundAgain } from './capture/found.ts';
import type { Bench, Figure } from './how/figure.ts';
import { median } from './how/figure.ts';

const LOADS: readonly (Omit<Load, 'requests'> & {
  readonly what: string;
  readonly share: number;
})[] = [
  { what: 'small, kept connections', size: 188, lanes: 16, way: 'kept', share: 1 },
  { what: '64 KB', size: 64 * 1024, lanes: 8, way: 'kept', share: 0.4 },
  { what: '1 MB', size: 1024 * 1024, lanes: 4, way: 'kept', share: 0.05 },
  { what: 'new connections', size: 188, lanes: 4, way: 'new', share: 0.1 },
  { what: 'HTTP/2', size: 188, lanes: 4, way: 'h2', share: 1 },
];
/** What is asked of us beside mitmdump: ours ÷ its. */
const TARGETS = new Map([
  ['small, kept connections', 3],
  ['1 MB', 1],
]);

/** Our tap beside mitmdump and beside nothing: the same client, the same proxy behind it, the same far end. */
export const bench: Bench = {
  about: 'what the tap costs a request, beside mitmdump and beside no tap',
  long: true,
  options: { requests: 4000, rounds: 3, flat: 200_000 },
  measure: async ({ workDir, option, say }) => {
    await using held = new AsyncDisposableStack();
    const far = held.use(await openFar(workDir));
    await mkdir(join(workDir, 'ours'));
    const ours = await openOurs(join(workDir, 'ours'), far);
    held.use(ours);
    const mitm = await openMitm(join(workDir, 'mitm'), far);
    if (mitm) held.use(mitm);
    else say('NO MITMDUMP HERE: nothing is compared with it (apt-get install mitmproxy)');
    const contestants = [far, ours, ...(mitm ? [mitm] : [])];
    const figures: Figure[] = [];
    let sent = 0;
    for (const { what, share, ...load } of LOADS) {
      const requests = Math.max(20, Math.round(option('requests') * share));
      const all: Result[][] = [];
      // One that does not count: connections, certificates and compilers warm up.
      for (let round = 0; round <= option('rounds'); round += 1) {
        say(`${what}, round ${String(round)}`);
        const results: Result[] = [];
        for (const one of contestants)
          results.push(await contest(one, { ...load, requests }, sent));
        sent += requests;
        if (round > 0) all.push(results);
      }
      figures.push(...compared(what, contestants, all));
    }
    const flat = await flatness(ours, sent, option('flat'), say);
    sent += option('flat');
    await held.disposeAsync();
    const { lost, wrong, halved, lines } = await foundAgain(join(workDir, 'ours', 'run'), sent);
    return [
      ...figures,
      ...flat,
      {
        what: 'exchanges not found again',
        unit: `of ${String(sent)}`,
        values: [lost],
        target: { atMost: 0 },
      },
      { what: 'told in two trials, and marked', unit: '', values: [halved] },
      {
        what: 'exchanges under another',
        unit: `of ${String(lines)}`,
        values: [wrong],
        target: { atMost: 0 },
      },
    ];
  },
};

type Result = Awaited<ReturnType<typeof contest>>;

function compared(
  what: string,
  contestants: readonly Contestant[],
  rounds: readonly (readonly Result[])[],
): Figure[] {
  const rates = contestants.map((_, at) =>
    rounds.map((results) => results[at]?.rate ?? Number.NaN),
  );
  const costs = contestants.map((_, at) =>
    rounds.map((results) => results[at]?.cpuMs ?? Number.NaN),
  );
  const ratio = (one: number, other: number): number[] =>
    rounds.map((_, round) => (rates[one]?.[round] ?? 0) / (rates[other]?.[round] ?? 0));
  const atLeast = TARGETS.get(what);
  return [
    ...contestants.flatMap(({ name }, at): Figure[] => [
      { what: `${what}: ${name}`, unit: 'requests/s', values: rates[at] ?? [] },
      ...(at === 0
        ? []
        : [{ what: `${what}: ${name}, processor`, unit: 'ms/request', values: costs[at] ?? [] }]),
    ]),
    { what: `${what}: ours ÷ none`, unit: '×', values: ratio(1, 0) },
    ...(contestants.length < 3
      ? []
      : [
          {
            what: `${what}: ours ÷ mitmdump`,
            unit: '×',
            values: ratio(1, 2),
            ...(atLeast !== undefined && { target: { atLeast } }),
          },
        ]),
  ];
}

/** Memory after the first quarter and at the end of many small requests. */
async function flatness(
  ours: Contestant,
  first: number,
  requests: number,
  say: (line: string) => void,
): Promise<Figure[]> {
  const resident: number[] = [];
  const parts = 8;
  for (let part = 0; part < parts; part += 1) {
    const size = Math.floor(requests / parts) + (part === 0 ? requests % parts : 0);
    const from =
      first + (part === 0 ? 0 : Math.floor(requests / parts) * part + (requests % parts));
    const { residentMB } = await contest(
      ours,
      { size: 188, lanes: 16, way: 'kept', requests: size },
      from,
    );
    resident.push(residentMB);
    say(`memory after ${String(part + 1)} of ${String(parts)} parts: ${residentMB.toFixed(0)} MB`);
  }
  const [early, late] = [median(resident.slice(1, 3)), median(resident.slice(-2))];
  return [
    { what: `memory over ${String(requests)} requests`, unit: 'MB', values: resident },
    {
      what: 'memory at the end ÷ after a quarter',
      unit: '×',
      values: [late / early],
      target: { atMost: 1.2 },
    },
  ];
}
