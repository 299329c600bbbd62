import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { seeded } from '../../../harness/lib/seed.ts';
import type { RunToCompare } from '../../../harness/judge/compare/facts.ts';
import type { TrialFolder } from '../../../harness/record/archive.ts';
import { openArchive } from '../../../harness/record/archive.ts';
import type { Exchange } from '../../../harness/record/exchange.ts';
import type { Block, Condition, Plan } from '../../../harness/record/plan/plan.ts';
import type { RunInfo } from '../../../harness/record/run.ts';
import type { TrialRecord } from '../../../harness/record/trial.ts';
import { aBlock, aBody, aContrast, aPlan, aTrial, anExchange, valueOf } from '../../builders.ts';

export const COLLECTOR = 'sa.api.intl.miui.com';

/** One run of one phone, as a test says it: everything else is a phone that visits, and reports nothing. */
export interface Told {
  readonly run: string;
  readonly scenario?: string;
  readonly device?: string;
  readonly rom?: string;
  readonly version?: string;
  readonly conditions?: readonly Condition[];
  readonly replicates?: number;
  /** What a trial's phone sends beside the visit. */
  readonly sent?: (trial: TrialRecord) => Exchange[];
  readonly caption?: string;
  /** The words on the screen of each factor. */
  readonly screen?: readonly string[];
  /** How many of its planned trials were run. */
  readonly ended?: number;
  readonly startedAt?: number;
  /** The game that its nights play. */
  readonly game?: Plan['game'];
}

export const BOTH: readonly Condition[] = [{ mode: 'normal' }, { mode: 'incognito' }];

/** A run in memory, as comparing reads it. */
export function aRun(told: Told): RunToCompare & { readonly info: RunInfo } {
  const {
    run,
    scenario = 'incognito',
    device = 'phone',
    version = '3.4.0',
    replicates = 12,
  } = told;
  const rom = told.rom ?? 'MIUI V11.0.6.0.PCOMIXM global';
  const conditions = told.conditions ?? [{ mode: 'incognito' }];
  const arms = conditions.map((condition) => ({
    arm: Object.values(condition).join(', '),
    condition,
  }));
  const planned = Array.from({ length: replicates }, (_, r) =>
    arms.map((arm) => ({ ...arm, replicate: r + 1 })),
  )
    .flat()
    .map((trial, i) => ({ ...trial, id: `${device}-${String(i + 1).padStart(2, '0')}` }));
  const block: Block = aBlock({
    device,
    conditions: [...conditions],
    trials: planned,
    contrasts: arms.length === 2 ? [contrastOf(arms.map(({ arm }) => arm))] : [],
    expected: { ...aBlock().expected, rom, appVersion: version },
  });
  const plan = aPlan({ run, scenario, blocks: [block], replicates, game: told.game ?? null });
  const info = {
    run,
    scenario,
    startedAt: told.startedAt ?? Date.UTC(2026, 10, 23),
    codeVersion: '0.1.0',
    tools: {},
    devices: [deviceOf(device, rom, version)],
  };
  const trials = planned.slice(0, told.ended ?? planned.length).map((one) => {
    const trial = aTrial({ ...one, device });
    const caption = told.caption;
    if (caption === undefined) return trial;
    return { ...trial, readings: trial.readings.map((reading) => ({ ...reading, caption })) };
  });
  const visit = (trial: TrialRecord): Exchange =>
    anExchange({ id: 'visit', host: 'visited.leaklab.test', url: valueOf(trial, 'visited page') });
  return {
    plan,
    info,
    ledgerHead: 'f'.repeat(64),
    codeVersion: '0.1.0',
    devices: info.devices,
    trials,
    exchanges: (id) =>
      trials
        .filter((one) => one.id === id)
        .flatMap((one) => [visit(one), ...(told.sent?.(one) ?? [])]),
    body: (body) => ('base64' in body ? Buffer.from(body.base64, 'base64') : null),
    attached: async () => await Promise.resolve(treeOf(told.screen ?? ['Incognito mode'])),
  };
}

/** Writes the same run into `home/results`, through the archive that gathering uses; gives its folder. */
export async function writeRun(
  home: string,
  told: Told,
  beside: (files: TrialFolder) => Promise<void> = async () => undefined,
): Promise<string> {
  const { plan, info, trials, exchanges } = aRun(told);
  const folder = join(home, 'results', told.run);
  await mkdir(join(home, 'results'), { recursive: true });
  const archive = await openArchive(folder);
  await archive.writePlan(plan, info.startedAt);
  await archive.writeRun(info, info.startedAt);
  for (const trial of trials) {
    const files = await archive.trial(trial.id);
    for await (const exchange of exchanges(trial.id)) await files.exchange(exchange);
    await beside(files);
    await files.finish(trial, info.startedAt);
  }
  return folder;
}

function contrastOf(arms: readonly string[]): Block['contrasts'][number] {
  const [one = '', other = ''] = arms;
  return aContrast({ arms: [one, other], levels: [one, other] });
}

function deviceOf(device: string, rom: string, version: string) {
  return {
    device,
    browserName: 'mint',
    reference: true,
    stamp: 'REFERENCE HANDSET' as const,
    model: 'Redmi Note 8',
    rom,
    fingerprint: 'f',
    android: '9',
    rooted: true,
    reach: 'content' as const,
    browser: 'Mint Browser',
    package: 'com.mi.globalbrowser.mini',
    appVersion: version,
    apkSha256: null,
    signer: null,
    timelapse: 1,
    soleWayOut: true,
    egress: 'world' as const,
  };
}

function treeOf(words: readonly string[]): string {
  const nodes = words.map((text) => `<android.widget.TextView text="${text}" checkable="false"/>`);
  return `<hierarchy rotation="0">${nodes.join('')}</hierarchy>`;
}

/** A report of the visited page, as the SDK of 2020 packs it; `more` is put into its properties. */
export function report(
  trial: TrialRecord,
  more: Record<string, unknown> = {},
  differs: Partial<Exchange> & { url?: string; canary?: boolean } = {},
): Exchange {
  const { canary = true, ...exchange } = differs;
  const url = canary ? { url: valueOf(trial, 'visited page') } : {};
  const events = [{ distinct_id: uuidOf('install', trial.id), properties: { ...url, ...more } }];
  const data = gzipSync(JSON.stringify(events)).toString('base64');
  const host = differs.host ?? COLLECTOR;
  return anExchange({
    id: 'report',
    host,
    method: 'POST',
    url: `https://${host}/sa?project=global_browser_mini`,
    requestHeaders: [['User-Agent', 'Dalvik/2.1.0 (Linux; U; Android 9; Redmi Note 8)']],
    requestBody: aBody(`gzip=1&data_list=${encodeURIComponent(data)}`),
    ...exchange,
  });
}

/** A value that looks like a UUID: the same words give the same one. */
export function uuidOf(...words: string[]): string {
  const hex = seeded('uuid', ...words)
    .bytes(16)
    .toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
