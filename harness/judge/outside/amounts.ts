import type { Exchange } from '../../record/exchange.ts';
import type { Plan } from '../../record/plan/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { classOf } from '../verdicts/recipients.ts';

/** What one recipient was sent in one trial, whether it could be read or not. */
export interface Amount {
  /** Requests, messages, and connections that carried something nobody could read. */
  readonly exchanges: number;
  /** Up; null where a connection's bytes were not counted. */
  readonly bytes: number | null;
  /** Of the first after the steps began, in ms since the epoch. */
  readonly firstAt: number | null;
}

/** How often, how much and how soon each trial told each recipient. Listens in while the record is searched. */
export interface Amounts {
  hear(trial: TrialRecord, line: Exchange): void;
  /** Zeros where nothing was sent. */
  of(trial: TrialRecord, host: string): Amount;
  /** Whoever was sent something in these trials, in alphabetical order; pages of ours are left out. */
  hosts(trials: readonly TrialRecord[]): string[];
}

/** Only what the plan asks for is counted: trials with a dose, or all where a contrast compares amounts. */
export function openAmounts({ blocks }: Pick<Plan, 'blocks'>): Amounts {
  const sent = new Map<string, Map<string, Amount>>();
  const compared = blocks.some(({ contrasts }) => contrasts.some(asksForAmounts));
  return {
    hear: (trial, line) => {
      // What a resolver is told says nothing of the amount.
      if (line.direction !== 'up' || line.kind === 'dns' || line.host === '') return;
      if (!compared && trial.dose === undefined) return;
      const hosts = sent.get(trial.id) ?? new Map<string, Amount>();
      sent.set(trial.id, hosts);
      const before = hosts.get(line.host) ?? NOTHING;
      if (before === NOTHING && hosts.size >= MOST_HOSTS) return;
      hosts.set(line.host, more(before, line, trial.timings['steps']));
    },
    of: ({ id }, host) => sent.get(id)?.get(host) ?? NOTHING,
    hosts: (trials) => {
      const all = new Set(trials.flatMap(({ id }) => [...(sent.get(id)?.keys() ?? [])]));
      return [...all].filter((host) => classOf(host) !== 'page').sort();
    },
  };
}

/** More recipients than a phone has; further ones of a trial are not counted. */
const MOST_HOSTS = 2_000;

const NOTHING: Amount = { exchanges: 0, bytes: 0, firstAt: null };

function asksForAmounts({ statistic }: Plan['blocks'][number]['contrasts'][number]): boolean {
  return statistic !== 'presence' && statistic !== 'delay';
}

function more(before: Amount, line: Exchange, since: number | undefined): Amount {
  const size = sizeOf(line);
  const { at } = line;
  // A connection on which nothing was said, or our certificate refused, told nobody anything.
  const says = line.kind !== 'unread' || (size !== 0 && line.why !== 'cert-rejected');
  const isLater = says && at !== null && since !== undefined && at >= since;
  return {
    exchanges: before.exchanges + Number(says),
    bytes: before.bytes === null || size === null ? null : before.bytes + size,
    firstAt: isLater ? Math.min(at, before.firstAt ?? at) : before.firstAt,
  };
}

function sizeOf({ kind, bytesUp, url, requestHeaders, requestBody }: Exchange): number | null {
  if (kind === 'unread') return bytesUp;
  const headers = requestHeaders.reduce(
    (sum, [name, value]) => sum + name.length + value.length,
    0,
  );
  const body = requestBody === null ? 0 : lengthOf(requestBody);
  return kind === 'http' ? (url ?? '').length + headers + body : body;
}

function lengthOf(body: NonNullable<Exchange['requestBody']>): number {
  return 'base64' in body ? Buffer.byteLength(body.base64, 'base64') : body.bytes;
}
