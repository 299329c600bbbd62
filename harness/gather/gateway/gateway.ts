import type { SteadyClock } from '../../lib/clock.ts';
import type { Exchange } from '../../record/exchange.ts';
import type { Gate, Turned } from '../tap/front.ts';
import type { Draft } from '../tap/lines/draft.ts';
import { BLANK } from '../tap/lines/draft.ts';
import type { PacketBooks } from '../tap/captures.ts';
import type { BookLine, Coverage, Entry, Span } from '../tap/packets/coverage.ts';
import type { Pressure } from '../tap/lines/pressure.ts';
import { coverageOf, spansOf } from '../tap/packets/coverage.ts';
import type { Flow } from '../tap/packets/flows.ts';
import { openSecrets } from '../tap/packets/secrets.ts';
import type { CaptureSink } from '../tap/tap.ts';
import { openDestinations } from './destination.ts';
import type { Footing } from './ground.ts';
import type { GoingOn } from './going-on.ts';
import { goingOn, saidLater } from './going-on.ts';
import type { NameAsked, Resolve } from './names.ts';
import { openNames } from './names.ts';
import type { Again, Recounter, Told } from './recount.ts';
import { openRecounter } from './recount.ts';
import { openRecorder } from './recorder.ts';
import { isSilent, openSilent, underWay } from './silent.ts';

/** Listening to a device through a network of ours: what the tap stands on, and the books of every byte. */
export interface Gateway extends AsyncDisposable, Gate {
  /** Leads the device's traffic to the tap; from here on it reaches anything. */
  lead(tapPort: number): Promise<void>;
  /** Begins to record packets for a capture. `nextId` names the lines of what only packets tell. */
  packets(into: CaptureSink, nextId: () => string): Promise<PacketBooks>;
  /** Presses on the tap while packets come faster than they can be recorded. */
  press(on: Pressure): void;
}

/** Opens name server and recorder on a ground. Faults: `recorder-gone`, `gateway-refused`. */
export async function openGateway(
  ground: Footing,
  { resolve, clock }: { resolve: Resolve; clock: SteadyClock },
): Promise<Gateway> {
  await using held = new AsyncDisposableStack();
  let asked: NameAsked[] = [];
  let beyond = 0;
  const names = held.use(
    await openNames(ground.address, {
      resolve,
      now: () => clock.now(),
      tell: (one) => {
        if (asked.length < MOST_ASKED) asked.push(one);
        else beyond += 1;
      },
    }),
  );
  const recorder = held.use(await openRecorder({ ...ground, clock }));

  let before: readonly Span[] = [];
  let open: GoingOn = new Map();
  const counting = new Set<Recounter>();
  const destinationOf = openDestinations(ground.device, recorder, () => clock.now());
  const destination = async (port: number): Promise<Turned | null> => {
    const to = await destinationOf(port);
    if (to === null || to.address === ground.address) return null;
    return { host: names.nameOf(to.address) ?? to.address, port: to.port, from: to.from };
  };

  const packets = async (into: CaptureSink, nextId: () => string): Promise<PacketBooks> => {
    const recounter = await openRecounter();
    if (recounter) counting.add(recounter);
    const record = await recorder.record((bytes) => {
      recounter?.write(bytes);
      return into.packets(bytes);
    });
    const requests: Told[] = [];
    const secrets = openSecrets();
    const lines: BookLine[] = [];
    const silent: Draft[] = [];
    let closing = false;
    let cutOff: (flow: Flow) => boolean = () => false;
    const nameAt = (address: string): string =>
      names.nameOf(address.replace(/:\d+$/, '')) ?? address.replace(/:\d+$/, '');
    return {
      secret: (line) => {
        secrets.note(line);
        record.secret(line);
      },
      takes: (draft) => {
        const held = !closing && isSilent(draft);
        if (held) silent.push(draft);
        else lines.push(draft.line);
        if (draft.line.kind === 'http') requests.push(toldOf(draft.line));
        return held;
      },
      ending: () => {
        cutOff = underWay(record.table);
      },
      close: async (tell): Promise<Coverage> => {
        closing = true;
        const read = await record.end();
        for (const draft of silent) {
          tell(await openSilent(draft, record.table, { secrets, cutOff }));
        }
        for (const draft of saidLater(record.table, lines, open, nextId)) tell(draft);
        const books = await coverageOf(record.table, read, [...lines], before);
        const again = (await recounter?.end(record.table.flows, requests)) ?? null;
        if (recounter) counting.delete(recounter);
        const coverage = again ? withRecount(books, again) : books;
        before = spansOf(record.table);
        open = goingOn(record.table, books.entries, secrets, open);
        const last = asked.at(-1);
        for (const one of asked.splice(0)) tell(questionLine(one, nextId()));
        if (last && beyond > 0) tell(beyondLine(last, beyond, nextId()));
        beyond = 0;
        for (const entry of coverage.entries) {
          if (UNTOLD.has(entry.class)) tell(unreadLine(entry, nameAt(entry.server), nextId()));
        }
        return coverage;
      },
    };
  };

  const all = held.move();
  return {
    address: ground.address,
    device: ground.device,
    destination,
    lead: (tapPort) => ground.lead({ tap: tapPort, names: names.port }),
    packets,
    press: recorder.press,
    [Symbol.asyncDispose]: async () => {
      asked = [];
      // Of trials that were cut short, or whose books could not be closed.
      for (const one of counting) await one[Symbol.asyncDispose]();
      await all.disposeAsync();
    },
  };
}

/** Of these the tap has no line: only the packets tell of them. */
const UNTOLD: ReadonlySet<Entry['class']> = new Set(['quic', 'other-udp', 'raw-unseen']);

function toldOf({ clientPort, aborted }: Exchange): Told {
  return { clientPort, aborted };
}

/** A request that only one of two programs has seen is unaccounted for. */
function withRecount(books: Coverage, { recount, why }: Again): Coverage {
  return { ...books, recount, why: [...books.why, ...why], holds: books.holds && why.length === 0 };
}

function unreadLine(entry: Entry, server: string, id: string): Draft {
  const [, port = ''] = /:(\d+)$/.exec(entry.server) ?? [];
  const [, clientPort = ''] = /:(\d+)$/.exec(entry.client) ?? [];
  const line: Exchange = {
    ...BLANK,
    id,
    kind: 'unread',
    at: Math.round(entry.firstAt),
    endedAt: Math.round(entry.lastAt),
    clientPort: Number(clientPort),
    host: (entry.sni ?? entry.host ?? server).toLowerCase(),
    port: Number(port),
    bytesUp: entry.bytesUp,
    bytesDown: entry.bytesDown,
    why: entry.class,
  };
  return { line, requestBody: null, responseBody: null };
}

/** As many as a trial keeps lines; what is asked beyond them is counted. */
const MOST_ASKED = 25_000;

function beyondLine(last: NameAsked, beyond: number, id: string): Draft {
  const { line } = questionLine({ ...last, name: '' }, id);
  const why = `${String(beyond)} more than are kept in one trial`;
  const truncated = { request: true, response: true };
  return { line: { ...line, why, truncated }, requestBody: null, responseBody: null };
}

function questionLine({ at, clientPort, question, name }: NameAsked, id: string): Draft {
  const line: Exchange = {
    ...BLANK,
    ...{ id, kind: 'dns', direction: 'up', at, endedAt: at, clientPort, host: name, port: 53 },
  };
  return { line, requestBody: question, responseBody: null };
}
