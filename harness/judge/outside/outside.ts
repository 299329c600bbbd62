import type { Exchange } from '../../record/exchange.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { classOf } from '../verdicts/recipients.ts';

/** What was seen of one recipient in one trial without reading it. */
export interface Unopened {
  readonly connections: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** ms since the epoch; null where no time was written down. */
  readonly firstAt: number | null;
}

/** Bytes of some trials: those that could be read, and all that carried something. */
export interface Share {
  readonly read: number;
  readonly all: number;
}

/**
 * What can be told of connections from outside: to whom, how many, how large, when. Listens in while the record is
 * searched, so that it is read once.
 */
export interface Outside {
  hear(trial: TrialRecord, line: Exchange): void;
  /** Recipients of unread connections in a trial; pages of ours are left out. */
  of(trial: TrialRecord): ReadonlyMap<string, Unopened>;
  share(trials: readonly TrialRecord[]): Share;
}

/** More recipients than a phone has; further ones of a trial are not listed, and their bytes count all the same. */
const MOST_HOSTS = 2_000;

/** A connection on which our certificate was refused carried nothing of the app: it made another one. */
const REFUSED = 'cert-rejected';

export function openOutside(): Outside {
  const heard = new Map<string, { unread: number; hosts: Map<string, Unopened> }>();
  return {
    hear: ({ id }, { kind, host, bytesUp, bytesDown, at, why }) => {
      if (kind !== 'unread') return;
      const mine = heard.get(id) ?? { unread: 0, hosts: new Map<string, Unopened>() };
      heard.set(id, mine);
      const [up, down] = [bytesUp ?? 0, bytesDown ?? 0];
      mine.unread += up + down;
      if (why === REFUSED || host === '' || classOf(host) === 'page') return;
      const known = mine.hosts.get(host);
      if (!known && mine.hosts.size >= MOST_HOSTS) return;
      mine.hosts.set(host, {
        connections: (known?.connections ?? 0) + 1,
        bytesUp: (known?.bytesUp ?? 0) + up,
        bytesDown: (known?.bytesDown ?? 0) + down,
        firstAt: known?.firstAt ?? at,
      });
    },
    of: ({ id }) => heard.get(id)?.hosts ?? new Map<string, Unopened>(),
    share: (trials) => {
      const shares = trials.map((trial) => shareOf(trial, heard.get(trial.id)?.unread ?? 0));
      return {
        read: shares.reduce((sum, { read }) => sum + read, 0),
        all: shares.reduce((sum, { all }) => sum + all, 0),
      };
    },
  };
}

/**
 * From the packets where they were recorded; else from what the tap carried, which is all that came to it. Connections that
 * ended within their handshake are left out: they said nothing that anybody could read.
 */
function shareOf({ coverage, connections }: TrialRecord, unread: number): Share {
  if (coverage !== null) {
    const carrying = coverage.bytes - (coverage.byClass['control']?.bytes ?? 0);
    const all = carrying - (coverage.byClass['connect-only']?.bytes ?? 0);
    return { read: Math.min(all, coverage.read * carrying), all };
  }
  const all = connections.bytesUp + connections.bytesDown;
  return { read: Math.max(0, all - unread), all };
}
