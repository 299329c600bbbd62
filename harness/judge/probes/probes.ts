import type { Exchange } from '../../record/exchange.ts';
import { nearAddress, rangeOf } from '../../record/near.ts';
import type { Block } from '../../record/plan/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { openedAt, originOf, referrerOf } from '../verdicts/origin.ts';
import { standingOf } from '../verdicts/sound.ts';
import type { Probe } from './shape.ts';

/**
 * Who tried to reach the network that the device was in: this machine, its neighbours, or addresses that are nobody's.
 * Nothing was led there. Listens in while the record is searched, so that it is read once; `pages` as in `originOf`.
 */
export interface Probes {
  hear(trial: TrialRecord, line: Exchange): void;
  of(block: Block, trials: readonly TrialRecord[]): Probe[];
}

/** A scan asks for more; what is beyond is in the record, and the row says that there is more. */
const MOST_ROWS = 500;
const MOST_PORTS = 100;

export function openProbes(pages: readonly string[]): Probes {
  const heard = new Map<string, Map<string, Attempts>>();
  let lines = { trial: '', count: 0 };
  return {
    hear: (trial, line) => {
      if (lines.trial !== trial.id) lines = { trial: trial.id, count: 0 };
      lines.count += 1;
      const address = line.kind === 'dns' || line.direction === 'down' ? null : nearAddress(line);
      if (address === null) return;
      const mine = heard.get(trial.id) ?? new Map<string, Attempts>();
      heard.set(trial.id, mine);
      const { origin, from } = originOf(line, pages, openedAt(trial));
      const who = { origin, page: referrerOf(line), sender: line.sender, host: line.host, address };
      const key = JSON.stringify(who);
      const known = mine.get(key);
      if (!known && mine.size >= MOST_ROWS) return;
      const first = { trial: trial.id, exchange: line.id, line: lines.count };
      const one = known ?? { who, from, first, count: 0, ports: new Set<number>(), more: false };
      one.count += 1;
      if (line.port !== null && !one.ports.has(line.port)) {
        if (one.ports.size < MOST_PORTS) one.ports.add(line.port);
        else one.more = true;
      }
      mine.set(key, one);
    },
    of: (block, trials) => {
      const arms = Map.groupBy(trials, ({ condition }) => JSON.stringify(condition));
      return [...arms.values()].flatMap((arm) => rowsOf(block, arm, heard));
    },
  };
}

interface Attempts {
  readonly who: Pick<Probe, 'origin' | 'page' | 'sender' | 'host' | 'address'>;
  readonly from: string;
  readonly first: Probe['evidence'];
  readonly ports: Set<number>;
  count: number;
  more: boolean;
}

/** One row for everybody who tried under a condition, in the order in which they first did. */
function rowsOf(
  { device, browser, expected }: Block,
  trials: readonly TrialRecord[],
  heard: ReadonlyMap<string, ReadonlyMap<string, Attempts>>,
): Probe[] {
  const sound = trials.filter((trial) => standingOf(trial) === 'sound').length;
  const rows = new Map<string, Probe>();
  for (const trial of trials) {
    const counts = standingOf(trial) === 'sound';
    for (const [key, { who, from, first, ports, count, more }] of heard.get(trial.id) ?? []) {
      const known = rows.get(key);
      rows.set(key, {
        device,
        browser,
        stamp: expected.stamp,
        condition: trial.condition,
        ...who,
        originFrom: known?.originFrom ?? from,
        range: rangeOf(who.address) ?? 'this machine',
        ports: [...new Set([...(known?.ports ?? []), ...ports])].sort((a, b) => a - b),
        morePorts: (known?.morePorts ?? false) || more,
        seen: (known?.seen ?? 0) + (counts ? 1 : 0),
        sound,
        uncounted: (known?.uncounted ?? 0) + (counts ? 0 : 1),
        attempts: (known?.attempts ?? 0) + count,
        evidence: known?.evidence ?? first,
      });
    }
  }
  return [...rows.values()];
}
