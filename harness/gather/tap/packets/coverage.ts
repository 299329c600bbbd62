import type { Exchange } from '../../../record/exchange.ts';
import { acceptance, CUT_OFF, GIVEN_UP } from '../../../record/exchange.ts';
import type { FirstWords } from './first-words.ts';
import { firstWords } from './first-words.ts';
import type { Flow, FlowTable } from './flows.ts';
import type { Handshakes, Shaken } from './handshakes.ts';
import { answerIn, counted } from './handshakes.ts';
import type { ReadTo } from './reader.ts';

/** What the books need of a line: no body is held for them. */
export type BookLine = Pick<
  Exchange,
  'id' | 'kind' | 'clientPort' | 'at' | 'endedAt' | 'host' | 'why'
>;

/** When a conversation took place, and from which port of the phone. */
export type Span = Pick<Flow, 'client' | 'firstAt' | 'lastAt'>;

/**
 * What became of a conversation. `control` is what carries nothing of an app: ARP, ICMP, fragments, refused connections, and
 * the farewells on those of the capture before.
 */
export const FLOW_CLASSES = [
  'decrypted',
  'plain-http',
  'decrypted-non-http',
  'raw-seen',
  'dns',
  'unread',
  'connect-only',
  'raw-unseen',
  'quic',
  'other-udp',
  'control',
] as const;

export type FlowClass = (typeof FLOW_CLASSES)[number];

/** Classes whose bytes the judge can search. */
const READ: ReadonlySet<FlowClass> = new Set([
  'decrypted',
  'plain-http',
  'decrypted-non-http',
  'raw-seen',
  'dns',
]);

/** One conversation in the ledger of bytes. */
export interface Entry {
  readonly class: FlowClass;
  readonly protocol: Flow['protocol'];
  readonly client: string;
  readonly server: string;
  readonly host: string | null;
  readonly sni: string | null;
  readonly alpn: readonly string[];
  readonly ja4: string | null;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** For unread ones: what the tap says of it. */
  readonly why: string | null;
}

/** The ledger of bytes of one capture. A trial counts only where `holds`. */
export interface Coverage {
  readonly entries: readonly Entry[];
  readonly bytes: number;
  readonly byClass: Readonly<Record<FlowClass, { flows: number; bytes: number }>>;
  /** Share of the bytes that are not control which could be read, 0 to 1; 1 where there are none. */
  readonly read: number;
  /** Who went through with a handshake, where (`acceptance`). */
  readonly accepted: readonly string[];
  /** Which versions of TLS were offered and settled, host by host. */
  readonly tls: readonly Handshakes[];
  /** Ids of the proxy's lines that no packet tells of. */
  readonly orphans: readonly string[];
  readonly holds: boolean;
  /** What does not add up, as phrases. */
  readonly why: readonly string[];
  /** Packets that the file holds in part, or not at all, since more came than is kept of one trial. All are counted. */
  readonly shortened: number;
  /** Requests as another program counts them in the same packets; null where none has. */
  readonly recount: {
    readonly counted: number;
    readonly told: number;
    readonly unopened: number;
  } | null;
}

/** The proxy's clock and the recorder's are one; an event is told a moment after its packet. */
const SLACK_MS = 1_000;

/**
 * Joins the packets of a capture with what the proxy told of it, by client port and time. Invariants: the classes
 * add up to the bytes of the capture, no byte is missing in between, and every line of the proxy has its packets, here
 * or in the capture before, which it may have outlived by a moment.
 */
export async function coverageOf(
  table: FlowTable,
  read: ReadTo & { readonly shortened?: number },
  lines: readonly BookLine[],
  before: readonly Span[] = [],
): Promise<Coverage> {
  const byPort = new Map<number, BookLine[]>();
  for (const line of lines) {
    if (line.clientPort === null || line.kind === 'dns') continue;
    const known = byPort.get(line.clientPort);
    if (known) known.push(line);
    else byPort.set(line.clientPort, [line]);
  }
  const met = new Set<BookLine>();
  const entries: Entry[] = [];
  const shaken: Shaken[] = [];
  let missing = 0;
  for (const flow of table.flows) {
    const told = flow.protocol === 'udp' ? [] : (byPort.get(flow.client.port) ?? []);
    const mine = told.filter((line) => during(flow, line));
    for (const line of mine) met.add(line);
    missing += flow.up.missing + flow.down.missing;
    const words = await firstWords(flow.up.head());
    const entry = entryOf(flow, words, mine);
    entries.push(entry);
    const passed = entry.why === 'passthrough';
    if (words.hello)
      shaken.push({
        host: entry.host,
        hello: words.hello,
        answer: answerIn(flow.down.head()),
        with: passed ? 'server' : 'tap',
      });
  }
  for (const flow of before) {
    for (const line of byPort.get(flow.client.port) ?? []) if (during(flow, line)) met.add(line);
  }
  const byClass = sums(entries, table.control);
  const classed = Object.values(byClass).reduce((sum, one) => sum + one.bytes, 0);
  const orphans = [...byPort.values()].flat().filter((line) => !met.has(line));
  const why = [
    ...(read.state === 'whole' ? [] : [`the packet capture is ${read.state}: ${read.why ?? ''}`]),
    ...(table.beyond.packets === 0
      ? []
      : [
          `${String(table.beyond.packets)} packets belong to more conversations than are told apart`,
        ]),
    ...(classed === read.wireBytes
      ? []
      : [`${String(read.wireBytes - classed)} bytes of the capture are in no class`]),
    ...(missing === 0 ? [] : [`${String(missing)} bytes were sent and not recorded`]),
    ...(orphans.length === 0
      ? []
      : [`${String(orphans.length)} lines of the proxy have no packets`]),
  ];
  const traffic = classed - byClass.control.bytes;
  const readable = FLOW_CLASSES.filter((one) => READ.has(one)).reduce(
    (sum, one) => sum + byClass[one].bytes,
    0,
  );
  return {
    entries,
    bytes: read.wireBytes,
    byClass,
    read: traffic === 0 ? 1 : readable / traffic,
    accepted: [...new Set(entries.flatMap(acceptedBy))].sort(),
    tls: counted(shaken),
    orphans: orphans.map(({ id }) => id),
    holds: why.length === 0,
    why,
    shortened: read.shortened ?? 0,
    recount: null,
  };
}

function acceptedBy({ class: kind, sni, ja4 }: Entry): string[] {
  const went = kind === 'decrypted' || kind === 'decrypted-non-http';
  return went && sni !== null && ja4 !== null ? [acceptance(sni, ja4)] : [];
}

/** What the books keep of a capture for the one after it. */
export function spansOf({ flows }: FlowTable): Span[] {
  return flows.map(({ client, firstAt, lastAt }) => ({ client, firstAt, lastAt }));
}

export function during(
  flow: Pick<Span, 'firstAt' | 'lastAt'>,
  { at, endedAt }: Pick<BookLine, 'at' | 'endedAt'>,
): boolean {
  const from = at ?? endedAt ?? 0;
  return from <= flow.lastAt + SLACK_MS && (endedAt ?? from) >= flow.firstAt - SLACK_MS;
}

function entryOf(flow: Flow, words: FirstWords, lines: readonly BookLine[]): Entry {
  const { client, server, firstAt, lastAt, bytesUp, bytesDown, protocol } = flow;
  const kind = protocol === 'udp' ? datagrams(flow) : conversation(flow, words, lines);
  return {
    class: kind,
    protocol,
    client: `${client.address}:${String(client.port)}`,
    server: `${server.address}:${String(server.port)}`,
    host: words.target?.host ?? lines.find(({ host }) => host !== '')?.host ?? null,
    sni: words.hello?.sni ?? null,
    alpn: words.hello?.alpn ?? [],
    ja4: words.hello?.ja4 ?? null,
    firstAt,
    lastAt,
    bytesUp,
    bytesDown,
    why: kind === 'unread' ? (lines.find(({ why }) => why !== null)?.why ?? 'no-request') : null,
  };
}

const UNSAID: ReadonlySet<string | null> = new Set([GIVEN_UP, CUT_OFF]);

/** A conversation is as readable as its least readable part: one unread line makes it unread. */
function conversation(flow: Flow, words: FirstWords, lines: readonly BookLine[]): FlowClass {
  const spoken = flow.up.bytes + flow.down.bytes > 0;
  const ends = !flow.begun && flow.up.bytes === 0 && lines.every(({ kind }) => kind === 'unread');
  if (!spoken || ends) return 'control';
  if (lines.length > 0 && lines.every(({ why }) => UNSAID.has(why))) return 'connect-only';
  if (lines.some(({ kind }) => kind === 'unread')) {
    return words.target !== null && words.silent ? 'connect-only' : 'unread';
  }
  if (lines.some(({ kind }) => kind === 'raw')) {
    return words.hello === null ? 'raw-seen' : 'decrypted-non-http';
  }
  if (lines.some(({ kind }) => kind === 'http' || kind === 'websocket')) {
    return words.hello === null ? 'plain-http' : 'decrypted';
  }
  if (words.hello !== null) return 'unread';
  return words.target !== null && words.silent ? 'connect-only' : 'raw-unseen';
}

function datagrams(flow: Flow): FlowClass {
  if (flow.server.port === 53) return 'dns';
  // A phone that has its address renewed, by the only server that it can ask: ours.
  if (flow.server.port === 67 && flow.client.port === 68) return 'control';
  return isQuic(flow.up.head()) ? 'quic' : flow.server.port === 443 ? 'quic' : 'other-udp';
}

/** A long header of a known version (RFC 9000 §17.2, RFC 9369), or of one that asks for negotiation. */
function isQuic(head: Buffer): boolean {
  if (head.length < 7 || ((head[0] ?? 0) & 0xc0) !== 0xc0) return false;
  const version = head.readUInt32BE(1);
  return version === 1 || version === 0x6b3343cf || (version & 0x0f0f0f0f) === 0x0a0a0a0a;
}

function sums(
  entries: readonly Entry[],
  control: { readonly packets: number; readonly bytes: number },
): Record<FlowClass, { flows: number; bytes: number }> {
  const none = (): { flows: number; bytes: number } => ({ flows: 0, bytes: 0 });
  const all = {
    decrypted: none(),
    'plain-http': none(),
    'decrypted-non-http': none(),
    'raw-seen': none(),
    dns: none(),
    unread: none(),
    'connect-only': none(),
    'raw-unseen': none(),
    quic: none(),
    'other-udp': none(),
    control: none(),
  };
  for (const entry of entries) {
    all[entry.class].flows += 1;
    all[entry.class].bytes += entry.bytesUp + entry.bytesDown;
  }
  all.control.bytes += control.bytes;
  return all;
}
