import type { Block } from '../../record/plan/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { classOf } from '../verdicts/recipients.ts';
import type { TlsRow } from './shape.ts';

/**
 * Which versions of TLS the phone offered each recipient, and what was settled, over all trials whose packets were recorded,
 * void ones too. Pages of ours are left out; none at all where no packets were recorded.
 */
export function tlsOf({ device, browser }: Block, trials: readonly TrialRecord[]): TlsRow[] {
  const rows = new Map<string, TlsRow>();
  for (const { coverage } of trials) {
    for (const { connections, ...one } of coverage?.tls ?? []) {
      if (classOf(one.host) === 'page') continue;
      const key = JSON.stringify(one);
      const known = rows.get(key)?.connections ?? 0;
      const recipientClass = classOf(one.host);
      rows.set(key, {
        device,
        browser,
        recipientClass,
        ...one,
        connections: known + connections,
        old: isOld(one.offered) || isOld(one.settled),
      });
    }
  }
  return [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** SSL, TLS 1.0 and 1.1: given up by RFC 8996 (2021). */
function isOld(version: string | null): boolean {
  return version !== null && /^(?:SSL|TLS 1\.[01]$)/.test(version);
}
