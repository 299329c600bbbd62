import { createHash } from 'node:crypto';
import type { Archive } from '../record/archive.ts';
import type { Body, Exchange } from '../record/exchange.ts';
import { sha256 } from '../record/ledger.ts';
import { manifestSchema } from '../record/manifest.ts';
import type { Block, Plan } from '../record/plan/plan.ts';
import type { DeviceFacts } from '../record/run.ts';
import type { TrialRecord } from '../record/trial.ts';
import { Fields } from './fields/fields.ts';
import type { FieldTable } from './fields/table.ts';
import { OURS } from './recipients/domains.ts';
import { openAddressBook } from './recipients/facts.ts';
import { linesUnderOurName, underOurName } from './recipients/our-sites.ts';
import { openProbes } from './probes/probes.ts';
import type { Registry } from './recipients/registry.ts';
import { openAmounts } from './outside/amounts.ts';
import type { Outside } from './outside/outside.ts';
import { openOutside } from './outside/outside.ts';
import { openContacts } from './verdicts/contacts.ts';
import type { Finding } from './verdicts/findings.ts';
import { search } from './verdicts/findings.ts';
import { pagesOf } from './verdicts/origin.ts';
import { classOf } from './verdicts/recipients.ts';
import type { Given } from './verdicts/rows.ts';
import type { Verdicts } from './verdicts/shape.ts';
import { verdictsOf } from './verdicts/verdicts.ts';

/** A finished run, as the judge reads it: nothing here can touch a phone or the network. */
export interface RunRecord {
  readonly plan: Plan;
  readonly ledgerHead: string;
  readonly codeVersion: string;
  /** As read from each device; a block whose device was never reached falls back on what was expected of it. */
  readonly devices: readonly Pick<
    DeviceFacts,
    'device' | 'browserName' | 'reference' | 'stamp' | 'rom' | 'browser' | 'appVersion' | 'reach'
  >[];
  /** In order of time, cut-short ones marked. */
  readonly trials: readonly TrialRecord[];
  /** What was done beside the trials; none in older records. */
  readonly asides?: readonly TrialRecord[];
  exchanges(trial: string): AsyncIterable<Exchange> | Iterable<Exchange>;
  /** A body's bytes; null when they are not there any more: that part counts as truncated. */
  body(body: Body): Buffer | null | Promise<Buffer | null>;
  /** What is known of names and addresses; our own table where nobody brought more. */
  readonly registry?: Registry;
}

export interface Judged {
  readonly verdicts: Verdicts;
  /** Every field that was sent, and what was seen of whom nobody could read, trial by trial: what firmwares are compared by. */
  readonly table: FieldTable;
  readonly outside: Pick<Outside, 'of'>;
}

/** One line of `sightings.jsonl`: every sighting, allowed and downward ones too. */
export interface SightingLine {
  readonly canary: string;
  readonly decoy: boolean;
  readonly trial: string;
  readonly exchange: string;
  readonly line: number;
  readonly host: string;
  readonly where: string;
  readonly wrappings: readonly string[];
  readonly form: string;
  readonly direction: 'up' | 'down';
  /** The trial that planted it; another one than `trial` for a late arrival. */
  readonly plantedIn: string;
}

/** Reads a whole record and answers every claim of its plan. Same record, same bytes. */
export async function judge(
  record: RunRecord,
): Promise<Judged & { readonly sightings: readonly SightingLine[] }> {
  const sightings: SightingLine[] = [];
  const judged = await judgeTelling(record, (line) => {
    sightings.push(line);
  });
  return { ...judged, sightings };
}

/** The same, telling each sighting as it is found: a run's sightings may be more than memory holds. */
export async function judgeTelling(
  record: RunRecord,
  tell: (line: SightingLine) => Promise<void> | void,
): Promise<Judged> {
  const { plan, trials, asides = [] } = record;
  const pages = pagesOf(plan);
  const contacts = openContacts(pages);
  const probes = openProbes(pages);
  const amounts = openAmounts(plan);
  const addresses = openAddressBook();
  const outside = openOutside();
  const fields = new Fields(plan.blocks, trials, (host) => classOf(host) === 'page');
  const findings = await search(
    // Asides come first: what a trial planted may leave in one that was run again.
    { trials: [...asides, ...trials], pages, exchanges: (id) => record.exchanges(id) },
    (body) => record.body(body),
    {
      hear: (trial, exchange) => {
        contacts.hear(trial, exchange);
        probes.hear(trial, exchange);
        amounts.hear(trial, exchange);
        if (trial.aside === null) addresses.hear(exchange);
        outside.hear(trial, exchange);
      },
      note: (trial, searched) => fields.note(trial, searched),
      tell: (finding) => tell(lineOf(finding)),
    },
  );
  const table = fields.table();
  const verdicts = verdictsOf({
    ...record,
    plan,
    asides,
    leaked: findings.all.filter(({ planted }) => planted.aside !== null),
    findings: {
      ...findings,
      all: findings.all.filter(({ planted, decoy }) => planted.aside === null || decoy),
    },
    contacts,
    probes,
    amounts,
    outside,
    table,
    recipients: await addresses.facts(record.registry ?? OURS),
    deviceOf: (block) => deviceOf(record, block),
  });
  return { verdicts, table, outside };
}

/** Judges the run in an archive and leaves `sightings.jsonl`, `verdicts.json` and their `manifest.json` in its folder. */
export async function judgeArchive(archive: Archive, registry = OURS): Promise<Judged> {
  const record = { ...(await recordOf(archive)), registry };
  const sightings = archive.judgedLines(SIGHTINGS);
  const hash = createHash('sha256');
  const judged = await judgeTelling(record, async (line) => {
    const text = JSON.stringify(line);
    hash.update(`${text}\n`);
    await sightings.append(text);
  });
  await sightings.close();
  const verdicts = `${JSON.stringify(judged.verdicts, null, 2)}\n`;
  await archive.writeJudged(VERDICTS, verdicts);
  const files = { [SIGHTINGS]: hash.digest('hex'), [VERDICTS]: sha256(verdicts) };
  const manifest = manifestSchema.parse({ ledgerHead: record.ledgerHead, files });
  await archive.writeJudged('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
  return judged;
}

const SIGHTINGS = 'sightings.jsonl';
const VERDICTS = 'verdicts.json';

/** A run's record as the judge reads it from its archive; every byte is held against the ledger on the way. */
export async function recordOf(archive: Archive): Promise<RunRecord> {
  const plan = await archive.plan();
  await archive.untouched();
  const trials = await archive.trials();
  const sites = new Map(trials.map(({ id, site }) => [id, site]));
  return {
    plan,
    ledgerHead: archive.ledger.head,
    codeVersion: plan.codeVersion,
    devices: (await archive.runInfo())?.devices ?? [],
    trials: trials.map(underOurName),
    asides: await archive.asides(),
    exchanges: (trial) => {
      const site = sites.get(trial);
      const lines = archive.exchanges(trial);
      return site === undefined ? lines : linesUnderOurName(lines, site);
    },
    body: (body) => archive.body(body),
  };
}

function deviceOf({ devices }: RunRecord, { device, browser, expected }: Block): Given['device'] {
  const read = devices.find(
    (one) => one.device === device && ['', browser].includes(one.browserName),
  );
  return {
    device,
    reference: read?.reference ?? expected.reference,
    stamp: read?.stamp ?? expected.stamp,
    rom: read?.rom ?? expected.rom,
    browser: read?.browser ?? browser,
    browserName: browser,
    appVersion: read?.appVersion ?? expected.appVersion,
    reach: read?.reach ?? expected.reach,
  };
}

function lineOf(finding: Finding): SightingLine {
  const { canary, decoy, foundIn, exchange, planted } = finding;
  return {
    canary: canary.name,
    decoy,
    trial: foundIn.id,
    exchange: exchange.id,
    line: finding.line,
    host: exchange.host,
    where: finding.where,
    wrappings: finding.wrappings,
    form: finding.form,
    direction: finding.direction,
    plantedIn: planted.id,
  };
}
