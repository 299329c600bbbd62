import { mint } from '../harness/canary.ts';
import { formsOf } from '../harness/judge/sightings/forms.ts';
import { makeSearch } from '../harness/judge/sightings/sightings.ts';
import { makeSpotter } from '../harness/judge/sightings/spot.ts';
import type { Needle } from '../harness/judge/sightings/spot/needle.ts';
import type { Body, Exchange } from '../harness/record/exchange.ts';
import { seeded } from '../harness/lib/seed.ts';
import type { Bench, Figure } from './how/figure.ts';
import { makePoolDetector } from './sightings/detector.ts';
import { filesFor, processorTime } from './sightings/peers.ts';
import { scaleOf } from './sightings/scale.ts';
import { KINDS, anExchangeOf } from './sightings/traffic.ts';

/**
 * Full decoding beside what does less on the same bytes in the same run. Seconds are seconds of processor time, so
 * that other programs on the machine count as little as possible; quote the ratios.
 */
export const bench: Bench = {
  about: 'looking for canaries in captured traffic, one thread',
  long: true,
  options: { megabytes: 4, rounds: 3, pool: 100, capture: 100 },
  measure: async ({ root, workDir, option, say }) => {
    const figures: Figure[] = [];
    const traffic = new Map(KINDS.map((kind) => [kind, aBatch(kind, option('megabytes') * 1e6)]));
    const all = [...traffic.values()].flat();
    const bytes = sizeOf(all);

    say('getting ready');
    const setUp = repeated(option('rounds'), () => makeSearch(needlesOf(100)));
    figures.push({ what: 'set-up, 100 canaries', unit: 's', values: setUp, target: { atMost: 1 } });

    const ours = new Map<number, number[]>();
    for (const [canaries, atLeast] of [
      [10, 40],
      [1000, 25],
    ] as const) {
      say(`${canaries} canaries`);
      const needles = needlesOf(canaries);
      const times: number[] = [];
      for (let round = 0; round < option('rounds'); round++)
        times.push(await searched(needles, all));
      ours.set(canaries, times);
      figures.push(rate(`all kinds, ${canaries} canaries`, bytes, times, { atLeast }));
      if (canaries !== 10) continue;
      for (const [kind, exchanges] of traffic) {
        const one = [await searched(needles, exchanges)];
        figures.push(rate(`  ${kind}`, sizeOf(exchanges), one));
      }
    }

    say('the sieve by itself');
    const plain = Buffer.concat(all.flatMap(partsOf));
    for (const count of [10, 100, 10_000]) {
      const spot = makeSpotter(manyTexts(count));
      const times = repeated(option('rounds') + 2, () => spot(plain, 0));
      const target = count === 10_000 ? { atLeast: 1000 } : null;
      figures.push(rate(`plain bytes, ${count} patterns`, plain.length, times, target));
    }

    say('other programs');
    const values = canariesOf(10).map(({ value }) => value);
    const texts = formsOf({ value: values[0] ?? '', mold: 'page' })
      .map(({ bytes: form }) => form.toString('latin1'))
      .filter((text) => /^[ -~]+$/.test(text));
    const telemetry = traffic.get('telemetry') ?? [];
    const packed = telemetry.flatMap(packedIn);
    const files = await filesFor(workDir, all.flatMap(partsOf), packed, [...values, ...texts]);
    const own = Math.min(...(ours.get(10) ?? []));
    for (const [what, line] of [
      [
        'grep -F, no decoding',
        `LC_ALL=C grep -a -c -F -f ${files.patterns} ${files.plain} || true`,
      ],
      ['rg -F, no decoding', `rg -a -j1 -c -F -f ${files.patterns} ${files.plain} || true`],
    ] as const) {
      const seconds = await processorTime(line);
      if (seconds !== null)
        figures.push({ what: `time of ours ÷ ${what}`, unit: '×', values: [own / seconds] });
    }
    const gunzip = await processorTime(`gunzip -c ${files.packed} | wc -c`);
    const telemetryTime = await searched(needlesOf(10), telemetry);
    if (gunzip !== null)
      figures.push({
        what: 'time of ours ÷ gunzip | wc, telemetry',
        unit: '×',
        values: [telemetryTime / gunzip],
        note: 'ours takes off form, base64, gzip and JSON, and searches; gunzip only unpacks',
      });
    const sample = all.filter((_, at) => at % Math.ceil(all.length / option('pool')) === 0);
    const detector = makePoolDetector(values);
    const pool = repeated(1, () => {
      for (const one of sample) for (const part of partsOf(one)) detector(part.toString('latin1'));
    });
    const ourSample = await searched(needlesOf(10), sample);
    figures.push({
      what: 'speed of ours ÷ precomputed pool (2 layers)',
      unit: '×',
      values: [(pool[0] ?? Number.NaN) / ourSample],
      note: `on ${sample.length} exchanges, 10 canaries; the pool decodes percent and base64 only`,
    });
    say('detect as a program');
    figures.push(...(await scaleOf(root, workDir, option('capture'))));
    return figures;
  },
};

function aBatch(kind: (typeof KINDS)[number], atLeast: number): Exchange[] {
  const exchanges: Exchange[] = [];
  for (let size = 0; size < atLeast;) {
    const one = anExchangeOf(kind, exchanges.length);
    exchanges.push(one);
    size += sizeOf([one]);
  }
  return exchanges;
}

function canariesOf(count: number): ReturnType<typeof mint> {
  const molds = { page: 'page', words: 'words', title: 'title' } as const;
  return Array.from({ length: Math.ceil(count / 3) }, (_, n) =>
    mint(molds, { run: 'bench', seed: 'bench', trial: String(n) }),
  )
    .flat()
    .slice(0, count);
}

function needlesOf(count: number): Needle<string>[] {
  return canariesOf(count).flatMap((canary) =>
    formsOf(canary).map((form) => ({ owner: canary.value, form })),
  );
}

/** Patterns as the searches of the notes had them: 15 to 64 printable bytes, half of them addresses. */
function manyTexts(count: number): Needle<number>[] {
  const chance = seeded('patterns');
  return Array.from({ length: count }, (_, owner) => {
    const text = `${owner % 2 === 0 ? '' : 'https://www.'}${chance.bytes(30).toString('hex')}`;
    const bytes = Buffer.from(text.slice(0, 15 + chance.integer(45)));
    return { owner, form: { name: 'exact', subject: 'value', bytes, strength: 1, entropy: 64 } };
  });
}

async function searched(
  needles: readonly Needle<string>[],
  all: readonly Exchange[],
): Promise<number> {
  await using search = makeSearch(needles);
  const from = processor();
  for (const one of all) await search.exchange(one, readBody);
  return processor() - from;
}

function repeated(times: number, work: () => unknown): number[] {
  return Array.from({ length: times }, () => {
    const from = processor();
    work();
    return processor() - from;
  });
}

function rate(
  what: string,
  bytes: number,
  seconds: readonly number[],
  target: { readonly atLeast: number } | null = null,
): Figure {
  const values = seconds.map((one) => bytes / 1e6 / one);
  return { what, unit: 'MB/s', values, ...(target && { target }) };
}

function processor(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function readBody(body: Body): Buffer | null {
  return 'base64' in body ? Buffer.from(body.base64, 'base64') : null;
}

function partsOf({
  url,
  requestHeaders,
  requestBody,
  responseHeaders,
  responseBody,
}: Exchange): Buffer[] {
  const headers = [...requestHeaders, ...responseHeaders].flat();
  const bodies = [requestBody, responseBody].flatMap((body) => (body && readBody(body)) ?? []);
  return [Buffer.from([url ?? '', ...headers].join('\n')), ...bodies];
}

function packedIn({ requestBody }: Exchange): Buffer[] {
  const body = requestBody && readBody(requestBody);
  const field = /data_list=([^&]*)/.exec(body?.toString('latin1') ?? '')?.[1];
  return field === undefined ? [] : [Buffer.from(decodeURIComponent(field), 'base64')];
}

function sizeOf(all: readonly Exchange[]): number {
  return all.flatMap(partsOf).reduce((sum, part) => sum + part.length, 0);
}
