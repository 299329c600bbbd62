import type { Draft } from '../tap/lines/draft.ts';
import { BLANK } from '../tap/lines/draft.ts';
import { CUT_OFF, GIVEN_UP } from '../../record/exchange.ts';
import { during } from '../tap/packets/coverage.ts';
import { firstWords } from '../tap/packets/first-words.ts';
import type { Flow, FlowTable } from '../tap/packets/flows.ts';
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
 * where it ended within its handshake: given up, or cut off by us. Then who began it is told, and all that it said.
 */
export async function openSilent(
  draft: Draft,
  { flows }: FlowTable,
  { secrets, cutOff }: { readonly secrets: Secrets; readonly cutOff: (flow: Flow) => boolean },
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
  if (said === null && !saidOnlyHello(sent)) return draft;
  if (said === null) return await unsaid(draft, sent, cutOff(flow) ? CUT_OFF : GIVEN_UP);
  const place = { id, at, endedAt, connection, clientPort, host, port };
  const line = { ...BLANK, ...place, kind: 'raw' as const, direction: 'up' as const };
  return { line, requestBody: said, responseBody: null };
}

async function unsaid(draft: Draft, sent: Buffer, why: string): Promise<Draft> {
  const { hello } = await firstWords(sent);
  return { ...draft, line: { ...draft.line, why, ja4: hello?.ja4 ?? null }, requestBody: sent };
}

/** No handshake through our hands takes longer; one that does is waiting for something else. */
const HANDSHAKE_MS = 1000;

/**
 * Tells, as things stand now, which connections were within their handshake when the app that opened them was ended:
 * those that had just begun, or had not yet.
 */
export function underWay({ flows }: FlowTable): (flow: Flow) => boolean {
  const now = flows.reduce((latest, { lastAt }) => Math.max(latest, lastAt), 0);
  const known = new Map(
    flows.map((flow) => [flow, !flow.ended && now - flow.firstAt <= HANDSHAKE_MS]),
  );
  return (flow) => known.get(flow) ?? true;
}
