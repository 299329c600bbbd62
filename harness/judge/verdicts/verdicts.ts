import type { Block, Plan } from '../../record/plan/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { WRAPPINGS } from '../sightings/wrappings.ts';
import type { FieldTable } from '../fields/table.ts';
import { closedRows } from '../closed/closed.ts';
import type { Contacts } from './contacts.ts';
import { contrastsOf } from './contrasts/contrasts.ts';
import type { Finding, Findings } from './findings.ts';
import type { Amounts } from '../outside/amounts.ts';
import { armsOf } from '../outside/arms.ts';
import { outsideContrastsOf } from '../outside/apart.ts';
import type { Outside } from '../outside/outside.ts';
import { outsideOf } from '../outside/sizes.ts';
import { tlsOf } from '../outside/tls.ts';
import type { Given } from './rows.ts';
import { partOf, rowsOf } from './rows.ts';
import type { Contrast } from './contrasts/shape.ts';
import type { Probes } from '../probes/probes.ts';
import type { RecipientFacts } from '../recipients/shape.ts';
import type { RunReason, Verdicts } from './shape.ts';
import { recipientClassSchema } from '../recipients/shape.ts';
import { verdictsSchema } from './shape.ts';
import { standingOf, tally } from './sound.ts';
import { overPhones } from './silence/bounds.ts';
import { notAtOnce, ownAppOf } from './silence/own-app.ts';
import type { OwnApp } from './silence/own-app.ts';
import { onPhone } from './silence/sensitivity.ts';
import { structureOf } from './structure.ts';
import { fieldRows, linkRows } from './inventory.ts';

/** What verdicts are made from once everything has been searched. Pure: same record, same bytes. */
export interface Searched {
  readonly plan: Plan;
  readonly ledgerHead: string;
  readonly codeVersion: string;
  readonly trials: readonly TrialRecord[];
  readonly asides: readonly TrialRecord[];
  /** Findings of what the asides planted. */
  readonly leaked: readonly Finding[];
  readonly findings: Findings;
  readonly contacts: Contacts;
  readonly probes: Probes;
  readonly amounts: Amounts;
  readonly outside: Outside;
  readonly table: FieldTable;
  readonly recipients: readonly RecipientFacts[];
  readonly deviceOf: (block: Block) => Given['device'];
}

/** All answers of a run. A decoy's sighting is a false alarm of ours: it takes back every "not seen". */
export function verdictsOf(searched: Searched): Verdicts {
  const { plan, findings, table, deviceOf, outside, amounts } = searched;
  const trialsOf = (block: Block): TrialRecord[] =>
    searched.trials.filter(
      ({ device, browser }) => device === block.device && browser === block.browser,
    );
  const ownApp = (block: Block): OwnApp | null => ownAppOf(block, searched.asides, searched.leaked);
  const decoySighted = findings.all.some(({ decoy }) => decoy);
  const each = plan.blocks.flatMap((block) =>
    rowsOf({
      plan,
      block,
      trials: trialsOf(block),
      findings,
      device: deviceOf(block),
      table,
      decoySighted,
      outside,
      missed: notAtOnce(ownApp(block)),
    }),
  );
  const rows = overPhones(each);
  const slopes = plan.blocks.flatMap((block) =>
    block.doses === null
      ? []
      : [{ block, rows: closedRows({ plan, block, trials: trialsOf(block), findings, amounts }) }],
  );
  const given = { plan, findings, amounts, trialsOf, rows, slopes };
  const { contrasts, closed } = contrastsOf(given);
  return verdictsSchema.parse({
    run: plan.run,
    basis: {
      calibration: plan.calibration?.name ?? null,
      runs: [{ run: plan.run, ledgerHead: searched.ledgerHead }],
    },
    verdicts: rows,
    contrasts,
    scenario: plan.scenario,
    question: plan.question,
    seed: plan.seed,
    codeVersion: searched.codeVersion,
    recipientClasses: plan.recipientClasses.filter(
      (one) => recipientClassSchema.safeParse(one).success,
    ),
    // Two rows may read one wrapping, whole and in groups.
    searched: [...new Set(WRAPPINGS.map(({ name }) => name))],
    runReasons: runReasons(decoySighted, contrasts),
    blocks: plan.blocks.map((block) => summaryOf(block, trialsOf(block), outside, ownApp(block))),
    structure: table.blocks.flatMap((block) => structureOf(block, plan.seed)),
    fields: table.blocks.flatMap(fieldRows),
    links: table.blocks.flatMap(linkRows),
    contacts: plan.blocks.flatMap((block) => searched.contacts.of(block, trialsOf(block))),
    probes: plan.blocks.flatMap((block) => searched.probes.of(block, trialsOf(block))),
    recipients: [...searched.recipients],
    closed,
    tls: plan.blocks.flatMap((block) => tlsOf(block, trialsOf(block))),
    outside: plan.blocks.flatMap((block) => outsideOf(block, trialsOf(block), outside)),
    arms: plan.blocks.flatMap((block) => armsOf(block, searched.asides)),
    outsideContrasts: plan.blocks.flatMap((block) =>
      outsideContrastsOf(block, trialsOf(block), { outside, seed: plan.seed }),
    ),
  });
}

function runReasons(decoySighted: boolean, contrasts: readonly Contrast[]): RunReason[] {
  const alarmed = contrasts.some(({ reasons }) => reasons.includes('a-a-alarm'));
  return [
    ...(decoySighted ? ['decoy-sighted' as const] : []),
    ...(alarmed ? ['a-a-alarm' as const] : []),
  ];
}

function summaryOf(
  block: Block,
  trials: readonly TrialRecord[],
  outside: Pick<Outside, 'share'>,
  ownApp: OwnApp | null,
): Verdicts['blocks'][number] {
  const { sound, void: voids } = tally(trials);
  return {
    device: block.device,
    browser: block.browser,
    reference: block.expected.reference,
    stamp: block.expected.stamp,
    timelapse: block.expected.timelapse,
    sound,
    void: voids,
    cutShort: trials.filter((trial) => standingOf(trial) === 'cut short').length,
    dropped: block.dropped,
    read: partOf(outside.share(trials)),
    knownLeak: onPhone(trials),
    ownApp,
  };
}
