import type { BookLine, Entry } from '../tap/packets/coverage.ts';
import type { Flow, FlowTable } from '../tap/packets/flows.ts';
import type { Draft } from '../tap/lines/draft.ts';
import { BLANK } from '../tap/lines/draft.ts';
import { openTls } from '../tap/packets/open-tls.ts';
import type { Secrets } from '../tap/packets/secrets.ts';

/** What a later capture needs to open a connection that goes on: all that was said on it, and with which secrets. */
interface Before {
  readonly host: string;
  readonly up: Buffer;
  readonly down: Buffer;
  readonly secrets: Secrets;
}

export type GoingOn = ReadonlyMap<string, Before>;

/** What is said on it in all; the number of its records has to be known, and so each of its bytes. */
const MOST_BYTES = 64 * 2 ** 10;
const MOST_CONNECTIONS = 1000;

/** The connections that are still open when a capture ends, of which every byte that the phone sent is at hand. */
export function goingOn(
  { flows }: FlowTable,
  entries: readonly Entry[],
  secrets: Secrets,
  earlier: GoingOn,
): GoingOn {
  const kept = new Map<string, Before>();
  for (const flow of flows) {
    if (flow.protocol !== 'tcp' || flow.ended || kept.size >= MOST_CONNECTIONS) continue;
    const before = earlier.get(nameOf(flow));
    if (flow.begun === (before !== undefined)) continue;
    const up = Buffer.concat([before?.up ?? NOTHING, flow.up.head()]);
    const whole = flow.up.missing === 0 && flow.up.head().length === flow.up.bytes;
    if (!whole || up.length > MOST_BYTES) continue;
    const { client } = flow;
    const entry = entries.find(
      (one) =>
        one.client === `${client.address}:${String(client.port)}` && one.firstAt === flow.firstAt,
    );
    const host = before?.host ?? entry?.sni ?? entry?.host ?? '';
    const down = before?.down ?? Buffer.from(flow.down.head());
    kept.set(nameOf(flow), { host, up, down, secrets: before?.secrets ?? secrets });
  }
  return kept;
}

/** What the phone said in this capture on connections of which nobody else tells, since they were taken up in an earlier one. */
export function saidLater(
  { flows }: FlowTable,
  lines: readonly BookLine[],
  earlier: GoingOn,
  nextId: () => string,
): Draft[] {
  return flows.flatMap((flow) => {
    const before = earlier.get(nameOf(flow));
    const told = lines.some(
      ({ clientPort, kind }) => clientPort === flow.client.port && kind !== 'dns',
    );
    if (!before || told || flow.protocol !== 'tcp' || flow.begun || flow.up.bytes === 0) return [];
    const head = flow.up.head();
    if (flow.up.missing > 0 || head.length !== flow.up.bytes) return [];
    const until = openTls(before.up, before.down, before.secrets);
    const all = openTls(Buffer.concat([before.up, head]), before.down, before.secrets);
    if (!until || !all) return [];
    const line = {
      ...BLANK,
      id: nextId(),
      kind: 'raw' as const,
      direction: 'up' as const,
      at: Math.round(flow.firstAt),
      endedAt: Math.round(flow.lastAt),
      clientPort: flow.client.port,
      host: before.host.toLowerCase(),
      port: flow.server.port,
    };
    return [{ line, requestBody: all.subarray(until.length), responseBody: null }];
  });
}

const NOTHING = Buffer.alloc(0);

function nameOf({ client, server }: Pick<Flow, 'client' | 'server'>): string {
  return `${String(client.port)} ${server.address}:${String(server.port)}`;
}
