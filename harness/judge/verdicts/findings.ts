import type { Canary } from '../../canary.ts';
import type { Exchange } from '../../record/exchange.ts';
import { acceptance, GIVEN_UP } from '../../record/exchange.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { formsOf } from '../sightings/forms.ts';
import type { BodyReader } from '../sightings/places.ts';
import type { Searched } from '../sightings/sightings.ts';
import { makeSearch } from '../sightings/sightings.ts';
import type { Fields } from '../fields/fields.ts';

/** A canary of one trial, found in an exchange of the same or of another one. */
export interface Finding {
  readonly canary: Canary;
  readonly decoy: boolean;
  readonly planted: TrialRecord;
  readonly foundIn: TrialRecord;
  readonly exchange: Exchange;
  /** 1-based line of the trial's exchanges.jsonl. */
  readonly line: number;
  readonly where: string;
  readonly direction: 'up' | 'down';
  readonly wrappings: readonly string[];
  readonly form: string;
  /** Sent before the planting trial's window closed: only such sightings enter a rate. */
  readonly inWindow: boolean;
  /** Numbers of the identifiers in the same exchange, as the field table knows them. */
  readonly beside: readonly number[];
}

/** Bytes that a trial's device sent and that count as not searched. */
export interface Unsearched {
  readonly trial: TrialRecord;
  readonly host: string;
  readonly kind: 'unread' | 'opaque' | 'truncated' | 'undecoded';
  readonly why: string;
}

/** Everything that searching a whole run gave. */
export interface Findings {
  readonly all: readonly Finding[];
  readonly unsearched: readonly Unsearched[];
}

/** Searches every exchange of every trial for every canary and decoy of the run: late arrivals name their trial. */
export async function search(
  trials: readonly TrialRecord[],
  exchanges: (trial: string) => AsyncIterable<Exchange> | Iterable<Exchange>,
  read: BodyReader,
  fields: Fields,
): Promise<Findings> {
  const searching = makeSearch(trials.flatMap(needlesOf), { fields: true });
  const accepted = acceptedIn(trials);
  const all: Finding[] = [];
  const unsearched: Unsearched[] = [];
  for (const trial of trials) {
    let line = 0;
    for await (const exchange of exchanges(trial.id)) {
      line++;
      const searched = await searching.exchange(exchange, read);
      const beside = fields.note(trial, { exchange, line, ...searched });
      unsearched.push(...gapsOf(trial, exchange, searched, accepted));
      for (const { owner, ...sighting } of searched.sightings) {
        const { canary, decoy, trial: planted } = owner;
        const inWindow = planted.id === trial.id || before(exchange.at, planted.timings['ended']);
        all.push({
          canary,
          decoy,
          planted,
          foundIn: trial,
          exchange,
          line,
          ...sighting,
          inWindow,
          beside,
        });
      }
    }
  }
  return { all, unsearched };
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
  searched: Searched<Owner>,
  accepted: ReadonlySet<string>,
): Unsearched[] {
  const { host, why, ja4 } = exchange;
  const gaps = searched.gaps
    .filter(({ direction }) => direction === 'up')
    .map(({ kind, why: reason, where, wrappings }) => ({
      trial,
      host,
      kind,
      why: `${[where, ...wrappings].join(' › ')}: ${reason}`,
    }));
  if (exchange.kind !== 'unread' || exchange.bytesUp === 0) return gaps;
  // Of a client that trusts us at that host, it was a race that it lost; nothing was said on it.
  const isRace = why === GIVEN_UP && ja4 !== null;
  if (isRace && accepted.has(`${trial.device} ${acceptance(host, ja4)}`)) return gaps;
  return [{ trial, host, kind: 'unread', why: why ?? 'no reason given' }, ...gaps];
}

/** Who went through with a handshake at a host, anywhere in the run: device, host, kind of client. */
function acceptedIn(trials: readonly TrialRecord[]): ReadonlySet<string> {
  return new Set(
    trials.flatMap(({ device, coverage }) =>
      (coverage?.accepted ?? []).map((one) => `${device} ${one}`),
    ),
  );
}
