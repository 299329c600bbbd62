import { EventEmitter } from 'node:events';
import type { Clock } from '../../lib/clock.ts';
import { readBytes } from '../../record/disk.ts';
import type { World } from '../devices/phone.ts';
import type { Accounts } from './accounts.ts';
import { openAccounts } from './accounts.ts';
import { openCaptures } from './captures.ts';
import type { WireEvent } from './reader/events.ts';
import type { Connection } from './front.ts';
import { openFront } from './front.ts';
import { openBudget } from './lines/kept.ts';
import { openPressure } from './lines/pressure.ts';
import { openLines } from './lines/lines.ts';
import { openReader } from './mockttp.ts';
import type { Page } from './sites/pages.ts';
import {
  DOMAIN,
  isOurHost,
  KNOWN,
  ownName,
  pageOf,
  reportedBeacon,
  visitOf,
} from './sites/pages.ts';
import type { PublicSite } from './sites/public.ts';
import { sunk } from './sites/sinkhole.ts';
import { openSiteServer } from './sites/server.ts';
import type { Tap } from './tap.ts';
import type { Dial } from './way/dial.ts';
import { blocked, straight, throughProxy } from './way/dial.ts';
import { enoughFiles } from './way/files.ts';
import { carryRaw } from './way/raw.ts';
import { openReached } from './way/reached.ts';
import type { Gateway } from '../gateway/gateway.ts';

/**
 * Opens the wire-tap of one device, behind its proxy setting or a gateway: front → reader → its world (null: the
 * real internet, without the networks that this machine stands in). An app that refuses our CA for a host is carried
 * past the reader from then on, unread: to shut it out would change what it does.
 */
export async function openTap({
  device,
  world,
  clock,
  gateway = null,
  egress = world ? 'world' : 'open',
  daysAhead = 0,
  site: publicly = null,
}: {
  device: string;
  world: World | null;
  clock: Clock;
  /** Null: the device's proxy setting leads here, over a port on loopback. */
  gateway?: Gateway | null;
  /** What is behind the tap. Pages of ours are answered whatever it is. */
  egress?: 'open' | 'world' | 'sinkhole' | 'block';
  /** So far on the scenario sets the device's clock. */
  daysAhead?: number;
  /** Our sites under a domain of the lab's own: never read, and met by their own server. */
  site?: PublicSite | null;
}): Promise<Tap> {
  await enoughFiles();
  await using held = new AsyncDisposableStack();
  const stirs = new EventEmitter();
  const titles = new Map<string, string>();
  const refused = new Set<string>();
  let withheld = false;
  let carrying = false;
  /** Lines whose sender is being asked for. */
  let unsaid = 0;
  let senderOf: ((port: number) => Promise<string | null>) | null = null;
  let lines = 0;
  const pressure = openPressure();
  gateway?.press(pressure);
  const peers = new Map<number, Connection>();
  const nextId = (): string => String((lines += 1));
  const connectionAt = (peerPort: number): Connection | undefined => peers.get(peerPort);

  const reached = openReached(wayOut(egress, world), egress === 'open');
  const { dial } = reached;
  const captures = openCaptures({
    stirs,
    pressure,
    packets: gateway && ((into) => gateway.packets(into, nextId)),
    isQuiet: () => made.underWay() === 0 && accounts.unsettled() === 0 && unsaid === 0,
    cut: () => {
      made.cut();
      return accounts.cut();
    },
    lost: () => {
      accounts.lost();
    },
    isDeaf: () => accounts.isDeaf(),
  });
  const stir = (): void => {
    stirs.emit('stirred');
  };
  const made = openLines({
    clock,
    budget: openBudget(),
    openSpool: () => captures.spool(),
    connectionAt,
    nextId,
    tell: (draft, connection) => {
      const say = (): void => {
        const line = { ...draft.line, sender: connection?.sender ?? null };
        captures.tell({ ...draft, line: reached.noted(line) });
        stir();
      };
      const asked = connection?.asked ?? null;
      if (asked === null) {
        say();
        return;
      }
      // A request may be over before the phone has said whose it was.
      unsaid += 1;
      void asked.then(() => {
        unsaid -= 1;
        say();
      });
    },
  });
  const accounts: Accounts = openAccounts({
    clock,
    nextId,
    tell: (line) => {
      captures.tell({ line: reached.noted(line), requestBody: null, responseBody: null });
    },
    gone: ({ id }) => {
      made.gone(id);
    },
    closed: stir,
  });

  const ours = (method: string, url: string): Page | null => {
    const visit = visitOf(method, url, publicly?.domain);
    if (!visit) return null;
    captures.saw(visit.host);
    const beacon = reportedBeacon(visit);
    if (beacon !== null) captures.reported(beacon);
    return pageOf(visit, titles);
  };

  const refuse = (host: string): void => {
    if (host === '') return;
    if (refused.size < MOST_REFUSED) refused.add(refusalOf(host));
    accounts.refusal(host);
  };

  const onWire = (event: WireEvent): void => {
    if (event.kind === 'unparsed') {
      accounts.unparsed(connectionAt(event.peerPort), event);
      return;
    }
    if (event.kind === 'tls-error') {
      const connection = connectionAt(event.peerPort);
      if (connection) accounts.failed(connection, event.host, event.why);
      if (event.why === 'cert-rejected') {
        for (const host of new Set([event.host, connection?.host ?? ''])) refuse(host);
      }
      return;
    }
    if (event.kind === 'request' || event.kind === 'raw') {
      const connection = connectionAt(event.peerPort);
      if (connection) accounts.reading(connection);
      captures.saw(event.host);
    }
    made.on(event);
  };

  const roots = world ? [(await readBytes(world.root)).toString('utf8')] : [];
  const site = world ? held.use(await openSiteServer(world.site, ours)) : null;
  const known = publicly && held.use(await openSiteServer(publicly, ours));
  const reader = held.use(
    await openReader({
      ...{ device, dial, roots, ours, tell: onWire, pressure },
      isOurs: (host) => isOurHost(host) || (publicly && ownName(host, publicly.domain)) !== null,
      ...{
        now: clock.now(),
        daysAhead,
        secret: captures.secret,
        fell: () => {
          accounts.fell();
        },
      },
      others: { answer: sunk, holds: () => withheld || egress === 'sinkhole' },
    }),
  );
  const front = held.use(
    await openFront(
      {
        read: reader.take,
        carry: (phone, to) => {
          const id = `first-${nextId()}`;
          const needs = { dial, roots, tell: onWire, pressure };
          void carryRaw(phone, { id, peerPort: phone.remotePort ?? 0, ...to }, needs);
        },
        peers,
        senderOf: async (port) => (await senderOf?.(port)) ?? null,
        past: (host, port) => {
          if (known && ownName(host, publicly.domain) !== null) {
            // What needs no certificate is answered and read like anything.
            return port === PLAIN ? null : known.dial;
          }
          if (!carrying && !refused.has(refusalOf(host))) return null;
          if (!carrying) accounts.refusal(host);
          return isOurHost(host) ? (site?.dial ?? null) : dial;
        },
      },
      {
        ...accounts,
        targeted: ({ host }) => {
          captures.saw(host);
        },
      },
      { clock, gate: gateway },
    ),
  );
  await gateway?.lead(front.port);
  const all = held.move();
  return {
    port: front.port,
    caPem: reader.caPem,
    title: (path, title) => {
      titles.set(path, title);
    },
    withhold: (replies) => {
      withheld = replies;
    },
    withholds: () => withheld,
    carry: (all) => {
      carrying = all;
    },
    askSenders: (of) => {
      senderOf = of;
    },
    capture: captures.start,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function wayOut(egress: 'open' | 'world' | 'sinkhole' | 'block', world: World | null): Dial {
  if (egress === 'open') return straight;
  return egress === 'world' && world ? throughProxy(world.proxy) : blocked;
}

/** Where nothing but plain HTTP is spoken. */
const PLAIN = 80;
/** More hosts than a run ever sees refuse. */
const MOST_REFUSED = 10_000;

/**
 * Our own hosts stand or fall together: an app that refuses one of them refuses our CA, not that host. Those that our own
 * app sends to are one a way, and whatever keeps one way from being read must leave the others as they are.
 */
function refusalOf(host: string): string {
  return isOurHost(host) && !host.endsWith(KNOWN) ? DOMAIN : host;
}
