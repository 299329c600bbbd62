import type { Exchange } from '../../../record/exchange.ts';
import type { Draft } from './draft.ts';
import { BLANK } from './draft.ts';

/** What one capture writes at most. Lines beyond it are only counted, host by host, and `close` tells the counts. */
export interface Quota {
  admit(draft: Draft): void;
  close(): void;
}

/** Ten times what a busy trial leaves; together with the limit on bodies it bounds what a trial takes on the disk. */
const MOST_LINES = 25_000;
const MOST_HEAD_BYTES = 128 * 2 ** 20;
const MOST_HOSTS = 1000;

export function openQuota(put: (draft: Draft) => void): Quota {
  let lines = 0;
  let headBytes = 0;
  const beyond = new Map<string, { line: Exchange; count: number }>();

  return {
    admit: (draft) => {
      const bytes = headBytesOf(draft.line);
      if (lines < MOST_LINES && headBytes + bytes <= MOST_HEAD_BYTES) {
        lines += 1;
        headBytes += bytes;
        put(draft);
        return;
      }
      count(beyond, draft.line);
    },
    close: () => {
      for (const { line, count: more } of beyond.values()) {
        const why = `${String(more)} more than are kept in one trial`;
        put({ line: { ...line, why }, requestBody: null, responseBody: null });
      }
      beyond.clear();
    },
  };
}

/** One line stands for all of a host and kind. When there are too many hosts, for all hosts: it then concerns all. */
function count(beyond: Map<string, { line: Exchange; count: number }>, line: Exchange): void {
  const { kind, id, at, endedAt } = line;
  const host = line.host.length <= 255 && beyond.size < MOST_HOSTS ? line.host : '';
  const key = `${kind} ${line.host}`;
  const place = beyond.has(key) ? key : `${kind} ${host}`;
  const counted = beyond.get(place) ?? {
    line: { ...BLANK, kind, id, at, host, truncated: { request: true, response: true } },
    count: 0,
  };
  counted.count += 1;
  counted.line.endedAt = endedAt;
  beyond.set(place, counted);
}

/** What it takes in its file, bodies aside. */
export function headBytesOf(line: Exchange): number {
  const headers = [...line.requestHeaders, ...line.responseHeaders, ...line.trailers];
  const named = headers.reduce((sum, [name, value]) => sum + name.length + value.length + 8, 0);
  return 512 + (line.url?.length ?? 0) + line.host.length + named;
}
