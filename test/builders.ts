import { mint, mintBeacon, mintDecoy } from '../harness/canary.ts';
import type { Mold } from '../harness/canary.ts';
import type { Verdict } from '../harness/judge/verdicts/shape.ts';
import type { Exchange } from '../harness/record/exchange.ts';
import { exchangeSchema } from '../harness/record/exchange.ts';
import type { Block, Condition, DeclaredContrast, Plan } from '../harness/record/plan/plan.ts';
import type { TrialRecord } from '../harness/record/trial.ts';

/** A request to a stranger's host, ended well; give what the test is about. */
export function anExchange(differs: Partial<Exchange> = {}): Exchange {
  const host = differs.host ?? 'collector.example';
  return {
    ...exchangeSchema.parse({ id: 'x1', host, at: 5_000, endedAt: 5_010, connection: 'c1' }),
    method: 'GET',
    url: `https://${host}/`,
    port: 443,
    status: 200,
    ...differs,
  };
}

/** A body small enough to stand in its line. */
export function aBody(content: string | Buffer): { base64: string } {
  return { base64: Buffer.from(content).toString('base64') };
}

export const MOLDS: Readonly<Record<string, Mold>> = {
  'visited page': 'page',
  'search words': 'words',
};

/** A sound trial of device "phone" under incognito, with canaries of its own. */
export function aTrial(differs: Partial<TrialRecord> = {}): TrialRecord {
  const id = differs.id ?? 'phone-01';
  const from = { run: 'run-1', seed: 'seed', trial: id };
  const condition = differs.condition ?? { mode: 'incognito' };
  const canaries = mint(MOLDS, from);
  const both = (['before', 'after'] as const).flatMap((when) =>
    Object.entries(condition).map(([factor, level]) => ({
      when,
      factor,
      level,
      caption: factor,
      picture: `screen-${when}-${factor}.png`,
      tree: `ui-${when}-${factor}.xml`,
    })),
  );
  return {
    id,
    stamp: 'REFERENCE HANDSET',
    device: 'phone',
    browser: 'mint',
    replicate: 1,
    arm: Object.values(condition).join(', '),
    condition,
    readings: both,
    canaries,
    beacon: mintBeacon(from),
    decoys: [mintDecoy(from)],
    checks: [
      { name: 'beacon', held: true, found: 'seen by the tap' },
      { name: 'condition-before', held: true, found: 'as asked' },
      { name: 'condition-after', held: true, found: 'as asked' },
      { name: 'unchanged', held: true, found: 'as at the start' },
    ],
    timings: {
      connect: 1_000,
      'wash out': 1_100,
      'make ready': 1_200,
      steps: 2_000,
      ended: 10_000,
    },
    planted: Object.fromEntries(canaries.map(({ name }) => [name, 3_200])),
    sound: true,
    void: [],
    fault: null,
    cutShort: false,
    connections: { total: 4, unaccounted: 0, bytesUp: 900, bytesDown: 9_000, truncated: 0 },
    coverage: null,
    reach: 'content',
    soleWayOut: true,
    aside: null,
    ...differs,
  };
}

/** The value of a trial's canary. */
export function valueOf(trial: TrialRecord, name: string): string {
  const value = trial.canaries.find((canary) => canary.name === name)?.value;
  if (value === undefined) throw new Error(`no canary called ${name}`);
  return value;
}

export function aContrast(differs: Partial<DeclaredContrast> = {}): DeclaredContrast {
  return {
    factor: 'mode',
    levels: ['normal', 'incognito'],
    held: {},
    arms: ['normal', 'incognito'],
    primary: true,
    statistic: 'presence',
    role: 'claim',
    ...differs,
  };
}

/** Device "phone" with a browser that has a mode, and nothing planned in particular. */
export function aBlock(differs: Partial<Block> = {}): Block {
  return {
    device: 'phone',
    browser: 'mint',
    expected: {
      reference: true,
      stamp: 'REFERENCE HANDSET',
      reach: 'content',
      rom: 'MIUI V11 global',
      appVersion: '3.4.0',
      timelapse: 1,
    },
    conditions: [{ mode: 'normal' }, { mode: 'incognito' }],
    dropped: [],
    contrasts: [aContrast()],
    doses: null,
    asides: [],
    trials: [],
    ...differs,
  };
}

export function aPlan(differs: Partial<Plan> = {}): Plan {
  return {
    run: 'run-1',
    scenario: 'incognito',
    question: 'Does the browser tell anyone?',
    claims: [],
    factors: { mode: ['normal', 'incognito'] },
    canaries: { ...MOLDS },
    mayReach: {
      'visited page': ['visited.leaklab.test'],
      'search words': ['google.com', '.google.com'],
    },
    recipientClasses: ['maker', 'processor', 'unknown'],
    replicates: 12,
    seed: 'tuesday',
    followUpMs: 20_000,
    calibration: null,
    primaries: null,
    game: null,
    blocks: [aBlock()],
    family: 2,
    power: [],
    codeVersion: '0.1.0',
    ...differs,
  };
}

/** A row without an answer, of twelve sound trials; give what the test is about. */
export function aVerdict(differs: Partial<Verdict> = {}): Verdict {
  return {
    scenario: 'incognito',
    device: 'phone',
    reference: true,
    rom: 'a ROM',
    browser: 'mint',
    browserName: 'mint',
    appVersion: '3.4.3',
    reach: 'content',
    canary: 'visited page',
    host: null,
    recipientClass: null,
    condition: { mode: 'incognito' },
    answer: 'inconclusive',
    seen: 0,
    sound: 12,
    void: 0,
    late: 0,
    order: '○○○○○○○○○○○○',
    rate: null,
    bounds: null,
    reasons: [],
    forms: [],
    origin: 'unknown',
    sender: null,
    evidence: [],
    originFrom: '',
    voidReasons: [],
    unsearched: [],
    read: null,
    stamp: 'REFERENCE HANDSET',
    ...differs,
  };
}

/** Twelve replicates of two arms, the condition's words as their names; ids in order of time. */
export function twelvePairs(
  first: Condition,
  second: Condition,
  differs: (trial: TrialRecord) => Partial<TrialRecord> = () => ({}),
): TrialRecord[] {
  return Array.from({ length: 24 }, (_, index) => {
    const trial = aTrial({
      id: `phone-${String(index + 1).padStart(2, '0')}`,
      replicate: Math.floor(index / 2) + 1,
      condition: index % 2 === 0 ? first : second,
    });
    return { ...trial, ...differs(trial) };
  });
}
