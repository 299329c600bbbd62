import type { Exchange } from '../../record/exchange.ts';
import type { Block } from '../../record/plan/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { openedAt, originOf } from './origin.ts';
import { classOf } from './recipients.ts';
import type { Contact } from '../recipients/shape.ts';

/**
 * Whom a device spoke to, canary or not, and whether a page was the cause: what a browser does by itself is news even
 * where nothing of ours was in it. Listens in while the record is searched, so that it is read once.
 */
export interface Contacts {
  hear(trial: TrialRecord, line: Exchange): void;
  of(block: Block, trials: readonly TrialRecord[]): Contact[];
}

/** More recipients than a browser has; further ones of a trial are not listed. */
const MOST_KINDS = 2_000;

export function openContacts(pages: readonly string[]): Contacts {
  const heard = new Map<string, Map<string, Kind>>();
  return {
    hear: (trial, line) => {
      const kinds = heard.get(trial.id) ?? new Map<string, Kind>();
      heard.set(trial.id, kinds);
      if (line.host !== '' && line.direction === 'up') note(kinds, line, pages, openedAt(trial));
    },
    of: (block, trials) => {
      const rows = new Map<string, Row>();
      for (const { id } of trials) {
        for (const [key, kind] of heard.get(id) ?? []) {
          const row = rows.get(key) ?? { ...kind, count: 0, trials: 0 };
          rows.set(key, { ...row, count: row.count + kind.count, trials: row.trials + 1 });
        }
      }
      return [...rows.values()]
        .sort((a, b) => order(a.host, b.host) || order(a.origin, b.origin))
        .map(({ host, origin, from, count, trials: k }) => ({
          device: block.device,
          browser: block.browser,
          host,
          recipientClass: classOf(host),
          origin,
          originFrom: from,
          trials: k,
          of: trials.length,
          exchanges: count,
        }));
    },
  };
}

interface Kind {
  readonly host: string;
  readonly origin: Contact['origin'];
  readonly from: string;
  readonly count: number;
}

interface Row extends Kind {
  readonly trials: number;
}

function note(
  kinds: Map<string, Kind>,
  line: Exchange,
  pages: readonly string[],
  since: number | null,
): void {
  const { origin, from } = originOf(line, pages, since);
  const key = `${origin} ${line.host}`;
  const known = kinds.get(key);
  if (known) kinds.set(key, { ...known, count: known.count + 1 });
  else if (kinds.size < MOST_KINDS) kinds.set(key, { host: line.host, origin, from, count: 1 });
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
