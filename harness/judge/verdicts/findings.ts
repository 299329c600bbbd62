import type { Canary } from '../../canary.ts';
import type { Exchange } from '../../record/exchange.ts';
import { acceptance, CUT_OFF, GIVEN_UP } from '../../record/exchange.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { behindName } from '../recipients/behind-name.ts';
import { formsOf } from '../sightings/forms.ts';
import type { BodyReader } from '../sightings/places.ts';
import type { Searched } from '../sightings/sightings.ts';
import { makeSearch } from '../sightings/sightings.ts';
import type { Fields } from '../fields/fields.ts';
import type { Origin } from './origin.ts';
import { openedAt, originOf } from './origin.ts';

/** A canary of one trial, found in an exchange of the same or of another one. */
export interface Finding {
  readonly canary: Canary;
  readonly decoy: boolean;
  readonly planted: TrialRecord;
  readonly foundIn: TrialRecord;
  /** Its host is the recipient: where the name itself carries the canary, whoever answers for the rest of it. */
  readonly exchange: Where;
  /** The host by its whole name, which `mayReach` may name. */
  readonly name: string;
  readonly origin: Origin;
  /** 1-based line of the trial's exchanges.jsonl. */
  readonly line: number;
  readonly where: string;
  readonly direction: 'up' | 'down';
  readonly wrappings: readonly string[];
  readonly form: string;
  /** How much of the canary it is, in words. */
  readonly share: string;
  /** Sent before the planting trial's window closed: only such sightings enter a rate. */
  readonly inWindow: boolean;
  /** Numbers of the identifiers in the same exchange, as the field table knows them. */
  readonly beside: readonly number[];
}

/** What is kept of an exchange once it has been searched: never its bodies, so that a long run fits into memory. */
type Where = Pick<Exchange, 'id' | 'kind' | 'host' | 'at' | 'method' | 'url' | 'sender'>;

/** Bytes that a trial's device sent and that count as not searched. */
export interface Unsearched {
  readonly trial: TrialRecord;
  readonly host: string;
  readonly kind: 'unread' | 'opaque' | 'truncated' | 'undecoded';
  readonly why: string;
  /** So many times, in so many places that look alike. */
  readonly times: number;
}

/** Everything that searching a whole run gave. */
export interface Findings {
  /** The first of those that tell the same: canary, both trials, recipient, form, origin, sender and window. */
  readonly all: readonly Finding[];
  readonly unsearched: readonly Unsearched[];
}

/** Who listens while a run is searched, so that its record is read once. */
export interface Listeners extends Pick<Fields, 'note'> {
  /** Every exchange, before it is searched. */
  hear(trial: TrialRecord, exchange: Exchange): void;
  /** Every sighting, also those that tell nothing new. */
  tell(finding: Finding): Promise<void> | void;
}

/**
 * Searches every exchange of every trial for every canary and decoy of the run: late arrivals name their trial. What
 * is kept grows with trials, recipients and canaries, not with exchanges. `pages` as in `originOf`.
 */
export async function search(
  { trials, exchanges, pages }: Searchable,
  read: BodyReader,
  { hear, note, tell }: Listeners,
): Promise<Findings> {
  await using searching = makeSearch(trials.flatMap(needlesOf), { fields: true });
  const accepted = acceptedIn(trials);
  const all = new Map<string, Finding>();
  const unsearched = new Map<string, Unsearched>();
  for (const trial of trials) {
    let known = 0;
    for await (const some of together(exchanges(trial.id))) {
      for (const exchange of some) hear(trial, exchange);
      const searched: Searched<Owner>[] = [];
      for (const exchange of some) searched.push(await searching.exchange(exchange, read));
      for (const [at, exchange] of some.entries()) {
        const { sightings, gaps, fields } = searched[at] ?? NOTHING;
        const line = known + at + 1;
        const beside = note(trial, { exchange, line, sightings, fields });
        for (const gap of gapsOf(trial, exchange, gaps, accepted)) count(unsearched, gap);
        for (const finding of findingsIn(trial, { exchange, line, sightings, beside, pages })) {
          await tell(finding);
          const key = keyOf(finding);
          if (!all.has(key)) all.set(key, finding);
        }
      }
      known += some.length;
    }
  }
  return { all: [...all.values()], unsearched: [...unsearched.values()] };
}

/**
 * A few exchanges at a time: search, fields and contacts each have tables larger than a processor's cache, and going
 * through them in turn, exchange by exchange, would find none of it there.
 */
async function* together<One>(all: AsyncIterable<One> | Iterable<One>): AsyncGenerator<One[]> {
  let some: One[] = [];
  for await (const one of all) {
    some.push(one);
    if (some.length < TOGETHER) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

const TOGETHER = 32;
const NOTHING: Searched<Owner> = { sightings: [], gaps: [], fields: [] };

interface Heard extends Pick<Finding, 'line' | 'beside'> {
  readonly exchange: Exchange;
  readonly sightings: Searched<Owner>['sightings'];
  readonly pages: readonly string[];
}

/** The sightings of one exchange, with all that is known of it. */
function findingsIn(
  trial: TrialRecord,
  { exchange, line, sightings, beside, pages }: Heard,
): Finding[] {
  if (sightings.length === 0) return [];
  const origin = originOf(exchange, pages, openedAt(trial));
  const told = { ...slim(exchange), host: behindName(exchange, sightings) };
  return sightings.map(({ owner, where, direction, wrappings, form, share }) => ({
    canary: owner.canary,
    decoy: owner.decoy,
    planted: owner.trial,
    foundIn: trial,
    exchange: told,
    name: exchange.host,
    origin,
    line,
    where,
    direction,
    wrappings,
    form,
    share,
    inWindow: owner.trial.id === trial.id || before(exchange.at, owner.trial.timings['ended']),
    beside,
  }));
}

interface Searchable {
  readonly trials: readonly TrialRecord[];
  exchanges(trial: string): AsyncIterable<Exchange> | Iterable<Exchange>;
  readonly pages: readonly string[];
}

function slim({ id, kind, host, at, method, url, sender }: Exchange): Where {
  return { id, kind, host, at, method, url, sender };
}

function keyOf(one: Finding): string {
  const { canary, decoy, planted, foundIn, exchange, direction, form, inWindow, origin } = one;
  const { host, sender } = exchange;
  // Told in its name is one thing, told beside its name another: `mayReach` may name the first alone.
  const ids = [canary.name, decoy, planted.id, foundIn.id, one.name === host];
  return JSON.stringify([...ids, host, sender, direction, form, inWindow, origin.origin]);
}

function count(unsearched: Map<string, Unsearched>, gap: Unsearched): void {
  const key = JSON.stringify([gap.trial.id, gap.host, gap.kind, gap.why]);
  const times = (unsearched.get(key)?.times ?? 0) + gap.times;
  unsearched.set(key, { ...gap, times });
}

interface Owner {
  readonly canary: Canary;
  readonly decoy: boolean;
  readonly trial: TrialRecord;
}

function needlesOf(
  trial: TrialRecord,
): { owner: Owner; form: ReturnType<typeof formsOf>[number] }[] {
  const owners: Owner[] = [
    ...trial.canaries.map((canary) => ({ canary, decoy: false, trial })),
    ...trial.decoys.map((canary) => ({ canary, decoy: true, trial })),
  ];
  return owners.flatMap((owner) =>
    formsOf(sourceOf(owner.canary)).map((form) => ({ owner, form })),
  );
}

/** A photo is looked for as the bytes of its file. */
function sourceOf(canary: Canary): Parameters<typeof formsOf>[0] {
  if (canary.mold !== 'photo') return canary;
  return { ...canary, file: Buffer.from(canary.value, 'base64') };
}

function before(at: number | null, end: number | undefined): boolean {
  return at !== null && end !== undefined && at <= end;
}

/** Only what the phone sent: a response that cannot be read tells nobody anything about its owner. */
function gapsOf(
  trial: TrialRecord,
  exchange: Exchange,
  found: Searched<Owner>['gaps'],
  accepted: ReadonlySet<string>,
): Unsearched[] {
  const { host, why, ja4 } = exchange;
  const isUnread = exchange.kind === 'unread';
  const gaps = found
    // What is read of an unread connection is its hello, which keys and chance fill by design.
    .filter(({ direction, kind }) => direction === 'up' && !(isUnread && kind === 'opaque'))
    .map(({ kind, why: reason, where, wrappings }) => ({
      trial,
      host,
      kind,
      why: `${[where, ...wrappings].join(' › ')}: ${reason}`,
      times: 1,
    }));
  if (!isUnread || exchange.bytesUp === 0 || why === CUT_OFF) return gaps;
  // Of a client that trusts us at that host, it was a race that it lost; nothing was said on it.
  const isRace = why === GIVEN_UP && ja4 !== null;
  if (isRace && accepted.has(`${trial.device} ${acceptance(host, ja4)}`)) return gaps;
  return [{ trial, host, kind: 'unread', why: why ?? 'no reason given', times: 1 }, ...gaps];
}

/** Who went through with a handshake at a host, anywhere in the run: device, host, kind of client. */
function acceptedIn(trials: readonly TrialRecord[]): ReadonlySet<string> {
  return new Set(
    trials.flatMap(({ device, coverage }) =>
      (coverage?.accepted ?? []).map((one) => `${device} ${one}`),
    ),
  );
}
