import type { Chance } from '../../../../harness/lib/seed.ts';
import { openAmounts } from '../../../../harness/judge/outside/amounts.ts';
import { openOutside } from '../../../../harness/judge/outside/outside.ts';
import { contrastsOf } from '../../../../harness/judge/verdicts/contrasts/contrasts.ts';
import type { Finding } from '../../../../harness/judge/verdicts/findings.ts';
import { rowsOf } from '../../../../harness/judge/verdicts/rows.ts';
import type { Contrast } from '../../../../harness/judge/verdicts/contrasts/shape.ts';
import type { Verdict } from '../../../../harness/judge/verdicts/shape.ts';
import { overPhones } from '../../../../harness/judge/verdicts/silence/bounds.ts';
import type { TrialRecord } from '../../../../harness/record/trial.ts';
import { MOLDS, aBlock, aContrast, aPlan, aTrial } from '../../../builders.ts';

/** What becomes of one trial in a simulated world. */
export interface Fate {
  /** Per canary name: it leaks to our one recipient. */
  readonly leaks: Readonly<Record<string, boolean>>;
  /** The trial fails, before anything could be sighted. */
  readonly isVoid: boolean;
}

/** A world: whom its phone tells, trial by trial in order of time, and what is true of it in the long run. */
export interface World {
  /** Share of trials in which a canary leaks, under normal and under incognito. */
  readonly rates: { readonly normal: number; readonly incognito: number };
  fates(trials: readonly TrialRecord[], chance: Chance): Fate[];
}

export interface Told {
  readonly rows: readonly Verdict[];
  readonly contrasts: readonly Contrast[];
}

const ARMS = [
  { arm: 'normal', condition: { mode: 'normal' } },
  { arm: 'incognito', condition: { mode: 'incognito' } },
  { arm: 'normal (again)', condition: { mode: 'normal' } },
];

const BLOCK = aBlock({
  conditions: [{ mode: 'normal' }, { mode: 'incognito' }],
  contrasts: [
    aContrast(),
    aContrast({
      factor: 'A/A',
      levels: ['normal', 'normal (again)'],
      arms: ['normal', 'normal (again)'],
      held: { mode: 'normal' },
      primary: false,
      role: 'control',
    }),
  ],
});

/** Twelve replicates of three arms; only their order and their fates differ from one experiment to the next. */
const READY = new Map(
  ARMS.flatMap((arm) =>
    Array.from({ length: 36 }, (_, i) => {
      const id = `phone-${String(i + 1).padStart(2, '0')}`;
      return [`${arm.arm} ${id}`, aTrial({ id, ...arm })] as const;
    }),
  ),
);

/** One experiment in a world, from the lot that orders its trials to what the judge says of it. */
export function experimentIn(world: World, chance: Chance, family = 1): Told {
  const planned: TrialRecord[] = [];
  for (let replicate = 1; replicate <= 12; replicate++) {
    for (const { arm } of chance.shuffled(ARMS)) {
      const id = `phone-${String(planned.length + 1).padStart(2, '0')}`;
      const ready = READY.get(`${arm} ${id}`);
      if (ready) planned.push({ ...ready, replicate });
    }
  }
  const fates = world.fates(planned, chance);
  const trials = planned.map((trial, i) =>
    fates[i]?.isVoid === true ? { ...trial, sound: false, void: ['it failed'] } : trial,
  );
  const findings = {
    all: trials.flatMap((trial, i) =>
      trial.canaries.flatMap((canary) =>
        fates[i]?.isVoid !== true && fates[i]?.leaks[canary.name] === true
          ? [aFinding(trial, canary)]
          : [],
      ),
    ),
    unsearched: [],
  };
  const plan = aPlan({ family, blocks: [BLOCK], canaries: { ...MOLDS } });
  const device = {
    device: 'phone',
    reference: true,
    stamp: 'REFERENCE HANDSET' as const,
    rom: 'a ROM',
    browser: 'mint',
    browserName: 'mint',
    appVersion: '3.4.3',
    reach: 'content' as const,
  };
  const given = { plan, block: BLOCK, trials, findings, device, table: { blocks: [] } };
  const rows = overPhones(
    rowsOf({ ...given, missed: [], decoySighted: false, outside: openOutside() }),
  );
  const { contrasts } = contrastsOf({
    plan,
    findings,
    amounts: openAmounts(plan),
    trialsOf: () => trials,
    rows,
    slopes: [],
  });
  return { rows, contrasts };
}

function aFinding(trial: TrialRecord, canary: Finding['canary']): Finding {
  return {
    canary,
    decoy: false,
    planted: trial,
    foundIn: trial,
    exchange: {
      id: 'x1',
      kind: 'http',
      host: 'collector.example',
      at: 5_000,
      method: 'POST',
      url: 'https://collector.example/',
      sender: null,
    },
    name: 'collector.example',
    origin: { origin: 'native', from: 'simulated' },
    line: 1,
    where: 'request.body',
    direction: 'up',
    wrappings: [],
    form: 'exact',
    share: 'the whole',
    inWindow: true,
    beside: [],
  };
}
