import { cipherName, versionName } from './first-words.ts';
import type { Hello } from './first-words.ts';
import { HANDSHAKE, recordsIn, settledBy } from './tls/records.ts';

/** TLS at one host: what the phone offered at most, and what was settled with whom. */
export interface Handshakes {
  readonly host: string;
  /** "TLS 1.2", the highest that the hello names. */
  readonly offered: string;
  /** Null where the answer was not seen. With our tap it says what the tap chose; with the server, what that did. */
  readonly settled: string | null;
  readonly cipher: string | null;
  readonly with: 'tap' | 'server';
  readonly connections: number;
}

/** What one conversation tells of its handshake. */
export interface Shaken {
  readonly host: string | null;
  readonly hello: Hello;
  readonly answer: Answer | null;
  readonly with: Handshakes['with'];
}

/** Version and cipher suite that a ServerHello settles, by their names at IANA. */
export interface Answer {
  readonly version: string;
  readonly cipher: string;
}

/** Reads the first bytes that came back, behind a proxy's reply to CONNECT as well; null where they are no ServerHello. */
export function answerIn(head: Buffer): Answer | null {
  const reply = head.subarray(0, 5).toString('latin1') === 'HTTP/' ? head.indexOf('\r\n\r\n') : -4;
  if (reply === -1) return null;
  const [record] = recordsIn(head.subarray(reply + 4));
  const settled = record?.type === HANDSHAKE ? settledBy(record.body) : null;
  if (settled === null) return null;
  return { version: versionName(settled.version), cipher: cipherName(settled.suite) };
}

/** Alike ones counted; the first thousand kinds of them. */
export function counted(all: readonly Shaken[]): Handshakes[] {
  const rows = new Map<string, Handshakes>();
  for (const { host, hello, answer, with: whom } of all) {
    const row = {
      host: host ?? hello.sni ?? '',
      offered: versionName(hello.offered),
      settled: answer?.version ?? null,
      cipher: answer?.cipher ?? null,
      with: whom,
    };
    const key = JSON.stringify(row);
    const connections = (rows.get(key)?.connections ?? 0) + 1;
    if (connections > 1 || rows.size < MOST) rows.set(key, { ...row, connections });
  }
  return [...rows.values()];
}

const MOST = 1_000;
