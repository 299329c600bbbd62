import type { Block, Condition, Plan } from '../../record/plan/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { clopperPearson } from '../statistics/rate.ts';
import { inWords } from '../fields/classes.ts';
import { lastWord } from '../fields/values/names.ts';
import type { FieldTable } from '../fields/table.ts';
import type { Outside } from '../outside/outside.ts';
import type { Finding, Findings } from './findings.ts';
import type { Origin } from './origin.ts';
import { reasonsAgainst } from './silence/reasons.ts';
import { classOf, isNamed } from './recipients.ts';
import type { Evidence, Verdict } from './shape.ts';
import { silence } from './silence/bounds.ts';
import { standingOf, tally, voidReasons } from './sound.ts';
import { withoutQuery } from './structure.ts';

/** What the rows of one block are made from. */
export interface Given {
  readonly plan: Plan;
  readonly block: Block;
  /** Of this block, in order of time. */
  readonly trials: readonly TrialRecord[];
  readonly findings: Findings;
  readonly device: Pick<
    Verdict,
    'device' | 'browserName' | 'reference' | 'stamp' | 'rom' | 'browser' | 'appVersion' | 'reach'
  >;
  readonly table: FieldTable;
  readonly decoySighted: boolean;
  readonly outside: Pick<Outside, 'share'>;
  /** Ways by which our own app there sent what was then not found. */
  readonly missed: readonly string[];
}

/**
 * Every canary under every condition of the block: one row for each recipient at which that canary was sighted
 * under any condition, and one for all recipients together. The latter is left out where a recipient's row says
 * "leaks": it could only repeat it. Hosts that must see the canary get no row.
 */
export function rowsOf(given: Given): Verdict[] {
  const rows: Verdict[] = [];
  for (const canary of Object.keys(given.plan.canaries)) {
    const hosts = hostsOf(given, canary);
    for (const condition of given.block.conditions) {
      const named = hosts.map((host) => row(given, canary, condition, host));
      rows.push(...named);
      if (!named.some(({ answer }) => answer === 'leaks')) {
        rows.push(row(given, canary, condition, null));
      }
    }
  }
  return rows;
}

/** Recipients of this block's canary that it need not reach, in alphabetical order. */
export function hostsOf(
  given: Pick<Given, 'plan' | 'block' | 'findings'>,
  canary: string,
): string[] {
  return [...new Set(leaksOf(given, canary).map(({ exchange }) => exchange.host))].sort();
}

/** Sightings on the way out, at somebody who need not see this canary. They prove a leak, whatever the trial. */
export function leaksOf(
  { plan, block, findings }: Pick<Given, 'plan' | 'block' | 'findings'>,
  canary: string,
): Finding[] {
  const names = plan.mayReach[canary] ?? [];
  return findings.all.filter(
    (one) =>
      one.direction === 'up' &&
      !one.decoy &&
      one.canary.name === canary &&
      one.planted.device === block.device &&
      one.planted.browser === block.browser &&
      !isNamed({ host: one.name, url: one.exchange.url }, names),
  );
}

/** Whether a trial counts as one with a sighting: of its own canary, within its window. */
export function sightedIn(
  leaks: readonly Finding[],
  trial: TrialRecord,
  host: string | null,
): boolean {
  return leaks.some(
    ({ planted, inWindow, exchange }) =>
      planted.id === trial.id && inWindow && (host === null || exchange.host === host),
  );
}

/** The second arm of the A/A pair has a condition's levels and not its name. */
export function isTwin(block: Block, trial: TrialRecord): boolean {
  const control = block.contrasts.find(({ role }) => role === 'control');
  return (
    control !== undefined && control.arms[0] !== control.arms[1] && trial.arm === control.arms[1]
  );
}

/** Visited with a dose behind the address, or a sham: another thing was done than under the condition as such. */
export function isDosed({ dose }: TrialRecord): boolean {
  return dose !== undefined && dose !== 0;
}

function row(given: Given, canary: string, condition: Condition, host: string | null): Verdict {
  const { plan, block, trials, device } = given;
  const under = trials.filter((trial) => sameCondition(trial.condition, condition));
  // Twin, doses and shams are there for their contrasts: they enter no count, but what is seen in them was seen.
  const own = under.filter((trial) => !isTwin(block, trial) && !isDosed(trial));
  const counted = own.filter((trial) => standingOf(trial) !== 'cut short');
  const leaks = leaksOf(given, canary).filter(
    ({ planted, exchange }) =>
      sameCondition(planted.condition, condition) && (host === null || exchange.host === host),
  );
  const { sound, void: voids, tooManyVoid } = tally(own);
  const blocked = tooManyVoid || tally(trials).tooManyVoid;
  const sounds = counted.filter((trial) => standingOf(trial) === 'sound');
  const unseen = sounds.filter((trial) => !sightedIn(leaks, trial, host));
  const seen = sounds.length - unseen.length;
  const against = reasonsAgainst({ ...given, under, own, host });
  const answer =
    leaks.length > 0 ? 'leaks' : against.reasons.length === 0 ? 'not seen' : 'inconclusive';
  const origin = originFor(leaks);
  return {
    scenario: plan.scenario,
    ...device,
    canary,
    host,
    recipientClass: host === null ? null : classOf(host),
    condition: { ...condition },
    answer,
    seen,
    sound,
    void: voids,
    late: unseen.filter(({ id }) => leaks.some(({ planted }) => planted.id === id)).length,
    order: counted
      .map((trial) =>
        standingOf(trial) === 'void' ? '×' : sightedIn(leaks, trial, host) ? '●' : '○',
      )
      .join(''),
    rate: answer === 'inconclusive' || blocked ? null : clopperPearson(seen, sound),
    bounds: answer === 'not seen' ? silence(given, { sound, voids }) : null,
    reasons: answer === 'inconclusive' ? against.reasons : [],
    forms: [...new Set(leaks.map(({ form }) => form))],
    origin: origin.origin,
    sender: onlyOne(leaks.map(({ exchange }) => exchange.sender)),
    evidence: evidenceOf(given, leaks),
    originFrom: origin.from,
    voidReasons: voidReasons(own),
    unsearched: answer === 'inconclusive' ? against.details : [],
    read: partOf(given.outside.share(counted)),
  };
}

/** A share as a number, rounded down: what was not read is not to be rounded away. */
export function partOf({ read, all }: ReturnType<Outside['share']>): number | null {
  return all === 0 ? null : Math.floor((read / all) * 1e4) / 1e4;
}

export function sameCondition(one: Condition, other: Condition): boolean {
  const factors = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...factors].every((factor) => one[factor] === other[factor]);
}

/** One sighting for each trial it left in, the first; all of them stand in sightings.jsonl. */
function evidenceOf({ table, block }: Given, leaks: readonly Finding[]): Evidence[] {
  const first = new Map<string, Finding>();
  for (const leak of leaks) {
    const key = `${leak.foundIn.id} ${leak.planted.id}`;
    if (!first.has(key)) first.set(key, leak);
  }
  return [...first.values()].map((leak) => {
    const { planted, foundIn, exchange } = leak;
    const typed = planted.planted[leak.canary.name];
    const wall = exchange.at === null || typed === undefined ? null : exchange.at - typed;
    return {
      trial: foundIn.id,
      exchange: exchange.id,
      where: leak.where,
      wrappings: [...leak.wrappings],
      share: leak.share,
      alongside: alongside(leak, table),
      form: leak.form,
      line: leak.line,
      request: `${exchange.method ?? exchange.kind} ${withoutQuery(exchange.url ?? exchange.host)}`,
      afterSeconds: wall === null ? null : Math.round((wall * block.expected.timelapse) / 100) / 10,
      carryOver:
        planted.id === foundIn.id
          ? null
          : {
              planted: planted.id,
              plantedUnder: { ...planted.condition },
              leftUnder: { ...foundIn.condition },
            },
    };
  });
}

/** The identifiers in the same exchange that may last: by them it can be joined to what was sent at other times. */
function alongside({ beside, foundIn }: Finding, { blocks }: FieldTable): Evidence['alongside'] {
  const of = blocks.find(
    ({ block }) => block.device === foundIn.device && block.browser === foundIn.browser,
  );
  const told = new Map<string, Evidence['alongside'][number]>();
  for (const number of beside) {
    const field = of?.at(number);
    if (field?.mayLast !== true) continue;
    const row = { field: lastWord(field.field), class: inWords(field) };
    told.set(`${row.field} ${row.class}`, row);
  }
  return [...told.values()];
}

/** Native as soon as one sighting is shown to be: that a page leaks as well does not excuse the browser. */
function originFor(leaks: readonly Finding[]): Origin {
  const origins = leaks.map(({ origin }) => origin);
  const native = origins.find(({ origin }) => origin === 'native');
  const known = origins.every(({ origin }) => origin === 'page') ? origins[0] : undefined;
  return native ?? known ?? origins.find(({ origin }) => origin === 'unknown') ?? NOTHING_SEEN;
}

const NOTHING_SEEN = { origin: 'unknown', from: 'nothing was sighted' } as const;

function onlyOne(senders: readonly (string | null)[]): string | null {
  const [first, ...others] = new Set(senders);
  return others.length === 0 ? (first ?? null) : null;
}
