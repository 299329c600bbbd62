import type { Exchange } from '../../record/exchange.ts';
import type { TrialRecord } from '../../record/trial.ts';

/**
 * How much each trial sent to each recipient, whether it could be read or not: where content stays closed, its size is
 * what is left to be asked. Listens in while the record is searched.
 */
export interface SentBytes {
  hear(trial: TrialRecord, line: Exchange): void;
  /** Bytes up; 0 where nothing was sent, null where a connection's bytes were not counted. */
  of(trial: TrialRecord, host: string): number | null;
}

export function sentBytes(): SentBytes {
  const sent = new Map<string, Map<string, number | null>>();
  return {
    hear: (trial, line) => {
      // Of a trial with no dose nobody asks; what a resolver is told says nothing of the amount.
      if (trial.dose === undefined || line.direction !== 'up' || line.kind === 'dns') return;
      const hosts = sent.get(trial.id) ?? new Map<string, number | null>();
      sent.set(trial.id, hosts);
      const before = hosts.get(line.host);
      const size = sizeOf(line);
      hosts.set(line.host, before === null || size === null ? null : (before ?? 0) + size);
    },
    of: (trial, host) => {
      const known = sent.get(trial.id)?.get(host);
      return known === undefined ? 0 : known;
    },
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
