import type { Secrets } from './secrets.ts';
import { APPLICATION, HANDSHAKE, recordsIn, settledBy, wholeRecords } from './tls/records.ts';
import { SUITES_12 } from './tls/suites12.ts';
import { openTls12 } from './tls/tls12.ts';
import { openTls13, SUITES_13 } from './tls/tls13.ts';

/**
 * What a client said inside a connection of TLS 1.3 or 1.2, from the recorded bytes and the secrets of our own side:
 * independent of the program that took the connection up. Null where it cannot be said for every byte.
 */
export function openTls(up: Buffer, down: Buffer, secrets: Secrets): Buffer | null {
  const records = wholeRecords(up);
  const [hello] = records ?? [];
  const [answer] = recordsIn(down);
  if (!records || !hello || hello.type !== HANDSHAKE || hello.body.length < 38) return null;
  const settled = answer ? settledBy(answer.body) : null;
  if (!settled) return null;
  const random = hello.body.toString('hex', 6, 38);
  const newer = SUITES_13.get(settled.suite);
  if (newer) return openTls13(records, newer, random, secrets);
  const older = SUITES_12.get(settled.suite);
  return older ? openTls12(records, older, { random, settled }, secrets) : null;
}

/**
 * Whether these are nothing but its part of a handshake: a client that went away before it could say anything, be it in
 * the middle of its hello.
 */
export function saidOnlyHello(up: Buffer): boolean {
  const whole = [...recordsIn(up)];
  const rest = up.subarray(whole.reduce((sum, { body }) => sum + 5 + body.length, 0));
  const types = [...whole.map(({ type }) => type), ...rest.subarray(0, 1)];
  return types[0] === HANDSHAKE && types.every((type) => type !== APPLICATION);
}
