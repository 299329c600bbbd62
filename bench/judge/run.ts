import { deflateSync, gzipSync } from 'node:zlib';
import type { Archive } from '../../harness/record/archive.ts';
import { openArchive } from '../../harness/record/archive.ts';
import type { Exchange } from '../../harness/record/exchange.ts';
import { exchangeSchema } from '../../harness/record/exchange.ts';
import type { PlannedTrial } from '../../harness/record/plan/plan.ts';
import { planSchema } from '../../harness/record/plan/plan.ts';
import type { TrialRecord } from '../../harness/record/trial.ts';
import { trialSchema } from '../../harness/record/trial.ts';
import { mint, mintBeacon, mintDecoy } from '../../harness/canary.ts';
import { seeded } from '../../harness/lib/seed.ts';

const MOLDS = { 'visited page': 'page', 'search words': 'words' } as const;
const MODES = ['normal', 'incognito'] as const;

/** Writes a finished run of so many exchanges in so many trials: what a phone's apps send in small pieces. */
export async function aRun(folder: string, exchanges: number, trials: number): Promise<Archive> {
  const archive = await openArchive(folder);
  const planned = Array.from({ length: trials }, (_, i): PlannedTrial => ({
    id: `phone-${String(i + 1).padStart(3, '0')}`,
    replicate: Math.floor(i / 2) + 1,
    arm: MODES[i % 2] ?? 'normal',
    condition: { mode: MODES[i % 2] ?? 'normal' },
  }));
  await archive.writePlan(planOf(planned), 0);
  for (const [i, trial] of planned.entries()) {
    const { canaries, ...rest } = trialOf(trial);
    const lines = Math.floor(exchanges / trials) + (i < exchanges % trials ? 1 : 0);
    const into = await archive.trial(trial.id);
    for (let n = 0; n < lines; n++) {
      const at = 1_000 + (n * 60_000) / lines;
      await into.exchange(line(i, n, at, n % 50 === 7 ? (canaries[0]?.value ?? null) : null));
    }
    await into.finish({ ...rest, canaries }, 0);
  }
  return archive;
}

function planOf(trials: readonly PlannedTrial[]): ReturnType<typeof planSchema.parse> {
  return planSchema.parse({
    run: 'bench',
    scenario: 'bench',
    question: 'Does the browser tell anyone?',
    claims: [],
    factors: { mode: [...MODES] },
    canaries: MOLDS,
    mayReach: { 'visited page': ['visited.leaklab.test'], 'search words': ['duckduckgo.com'] },
    recipientClasses: ['maker', 'processor', 'unknown'],
    replicates: trials.length / 2,
    seed: 'bench',
    followUpMs: 20_000,
    blocks: [
      {
        device: 'phone',
        browser: 'mint',
        expected: {
          reference: true,
          stamp: 'REFERENCE HANDSET',
          reach: 'content',
          rom: 'MIUI V11 global',
          appVersion: '3.4.3',
          timelapse: 1,
        },
        conditions: MODES.map((mode) => ({ mode })),
        dropped: [],
        contrasts: [
          {
            factor: 'mode',
            levels: [...MODES],
            held: {},
            arms: [...MODES],
            primary: true,
            role: 'claim',
          },
        ],
        trials: [...trials],
      },
    ],
    family: 2,
    power: [],
    codeVersion: 'bench',
  });
}

function trialOf(planned: PlannedTrial): TrialRecord {
  const from = { run: 'bench', seed: 'bench', trial: planned.id };
  const canaries = mint(MOLDS, from);
  return trialSchema.parse({
    ...planned,
    stamp: 'REFERENCE HANDSET',
    device: 'phone',
    browser: 'mint',
    readings: (['before', 'after'] as const).map((when) => ({
      when,
      factor: 'mode',
      level: planned.condition['mode'],
      caption: 'mode',
      picture: `screen-${when}.png`,
      tree: `ui-${when}.xml`,
    })),
    canaries,
    beacon: mintBeacon(from),
    decoys: [mintDecoy(from)],
    checks: ['beacon', 'condition-before', 'condition-after', 'unchanged'].map((name) => ({
      name,
      held: true,
      found: 'as asked',
    })),
    timings: { beacon: 1_000, steps: 2_000, ended: 70_000 },
    planted: Object.fromEntries(canaries.map(({ name }) => [name, 3_000])),
    sound: true,
    void: [],
    fault: null,
    cutShort: false,
    connections: { total: 1, unaccounted: 0, bytesUp: 0, bytesDown: 0 },
    reach: 'content',
    soleWayOut: true,
  });
}

/** Four kinds in turn, each with values of its own, none seen before: memory of what was searched is no help. */
function line(trial: number, n: number, at: number, canary: string | null): Exchange {
  const chance = seeded('bench', String(trial), String(n));
  const hex = (bytes: number): string => chance.bytes(bytes).toString('hex');
  const event = {
    distinct_id: `${trial}-aa3f90c1`,
    time: 1_588_310_400_000 + n,
    event: 'page_load_event_finish',
    properties: {
      $model: 'Redmi Note 8',
      $os_version: '9',
      url: canary ?? `https://www.example.org/${hex(6)}?id=${n}`,
      title: `a page about ${hex(4)}`,
      event_duration: chance.integer(100_000) / 1000,
    },
  };
  const common = { id: String(n), at, method: 'POST', status: 200, requestHeaders: HEADERS };
  if (n % 4 === 0 || canary !== null) {
    const packed = gzipSync(JSON.stringify([event])).toString('base64');
    return exchangeSchema.parse({
      ...common,
      host: 'sa.collector.example',
      url: 'https://sa.collector.example/sa?project=default',
      requestBody: inline(`crc=${n}&gzip=1&data_list=${encodeURIComponent(packed)}`),
    });
  }
  if (n % 4 === 1) {
    return exchangeSchema.parse({
      ...common,
      host: `api${n % 20}.example`,
      url: `https://api${n % 20}.example/v2/items/${hex(8)}?page=${n % 100}`,
      requestBody: inline(JSON.stringify(event)),
      responseHeaders: [['Content-Encoding', 'gzip']],
      responseBody: inline(gzipSync(JSON.stringify({ items: [event, hex(200)] }))),
    });
  }
  if (n % 4 === 2) {
    return exchangeSchema.parse({
      ...common,
      method: 'GET',
      host: 'cdn.example',
      url: `https://cdn.example/${hex(10)}.js?v=${n}`,
      responseBody: inline(`function f${n}(){return "${hex(300)}"}`),
    });
  }
  return exchangeSchema.parse({
    ...common,
    host: 'log.example',
    url: 'https://log.example/batch',
    requestHeaders: [...HEADERS, ['Content-Encoding', 'deflate']],
    requestBody: inline(deflateSync(JSON.stringify({ batch: [event, event] }))),
  });
}

const HEADERS = [
  ['User-Agent', 'Mozilla/5.0 (Linux; U; Android 9; en-us; Redmi Note 8 Build/PKQ1.190616.001)'],
  ['Accept-Encoding', 'gzip, deflate, br'],
  ['Cookie', 'session=6f1c2d58a07b4f0e9f3a5b8d0c1e2a77; theme=dark'],
];

function inline(content: string | Buffer): { base64: string } {
  return { base64: Buffer.from(content).toString('base64') };
}
