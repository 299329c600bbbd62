import type { Draft } from '../tap/lines/draft.ts';
import { BLANK } from '../tap/lines/draft.ts';
import { GIVEN_UP } from '../../record/exchange.ts';
import { during } from '../tap/packets/coverage.ts';
import { firstWords } from '../tap/packets/first-words.ts';
import type { FlowTable } from '../tap/packets/flows.ts';
import { openTls, saidOnlyHello } from '../tap/packets/open-tls.ts';
import type { Secrets } from '../tap/packets/secrets.ts';

/** Browsers open connections for the case that they are needed, and give up those that lose a race. */
const WHY: ReadonlySet<string | null> = new Set(['no-request', 'reset', 'closed']);

/** Whether a line says that nothing was asked on its connection. */
export function isSilent({ line }: Draft): boolean {
  return line.kind === 'unread' && WHY.has(line.why);
}

/**
 * What was said on such a connection all the same, from its packets: a line with every byte that the phone sent inside
 * its TLS (the frames in which HTTP/2 introduces itself, say, or nothing at all). Unread where that cannot be had, and
 * where it was given up within its handshake; who did that is told.
 */
export async function openSilent(
  draft: Draft,
  { flows }: FlowTable,
  secrets: Secrets,
): Promise<Draft> {
  const { id, at, endedAt, connection, clientPort, host, port } = draft.line;
  // A question for a name may have gone from the same port, which is another one for UDP.
  const mine = flows.filter(
    ({ protocol, client, ...span }) =>
      protocol === 'tcp' && client.port === clientPort && during(span, draft.line),
  );
  const [flow] = mine;
  if (!flow || mine.length > 1 || flow.up.missing > 0) return draft;
  const sent = flow.up.head();
  if (sent.length !== flow.up.bytes) return draft;
  const said = openTls(sent, flow.down.head(), secrets);
  if (said === null) return saidOnlyHello(sent) ? await givenUp(draft, sent) : draft;
  const place = { id, at, endedAt, connection, clientPort, host, port };
  const line = { ...BLANK, ...place, kind: 'raw' as const, direction: 'up' as const };
  return { line, requestBody: said, responseBody: null };
}

async function givenUp(draft: Draft, sent: Buffer): Promise<Draft> {
  const { hello } = await firstWords(sent);
  return { ...draft, line: { ...draft.line, why: GIVEN_UP, ja4: hello?.ja4 ?? null } };
}
