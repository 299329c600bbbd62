import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Clock } from '../../lib/clock.ts';
import type { Dial } from './way/dial.ts';
import type { Target } from './way/head.ts';
import { NotLedOn } from './way/closed.ts';
import { collect, connectTarget } from './way/head.ts';
import { join } from './way/join.ts';
import { isOurPeer, LOOPBACK, portOf } from './way/loopback.ts';

/** One connection of the phone. The byte counts are those of its wire, heads included, and move while it is open. */
export interface Connection {
  readonly id: string;
  readonly at: number;
  readonly clientPort: number;
  /** Where its CONNECT leads, or it was going before it was turned to us; empty while, or where, nobody knows. */
  readonly host: string;
  readonly port: number | null;
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** The app that holds it, where the device says so; null while, or where, nobody knows. */
  readonly sender: string | null;
  /** Settles once the device has said so, or will not; null where nobody was asked. */
  readonly asked: Promise<void> | null;
}

/** What the front tells of connections, each in the order: opened, targeted, passed, ended. */
export interface FrontListener {
  opened(connection: Connection): void;
  targeted(connection: Connection): void;
  /** It is carried past the reader, unread. */
  passed(connection: Connection): void;
  /** It was to be carried past the reader, and was not led on. */
  notLed(connection: Connection, why: string): void;
  ended(connection: Connection): void;
  /** One too many: reset without a byte read. */
  refused(): void;
  /** The door was closed, and not by us: from here on nobody is heard. */
  fell(): void;
}

/** The door that the phone's proxy setting, or its gateway, leads to: keeps the books of every connection and alters no byte. */
export interface Front extends AsyncDisposable {
  readonly port: number;
}

export interface FrontWays {
  /** Reads a connection from its first byte on; `to` is where it was going, where it does not say so itself. */
  read(phone: Socket, to?: Meant): void;
  /** Carries one on which the server is to speak first, telling its bytes. */
  carry(phone: Socket, to: Meant): void;
  /** Filled by the front: the phone's connections by their port, for a moment longer than they last. */
  readonly peers: Map<number, Connection>;
  /** The way past the reader for a host that refuses to be read; null where it is to be read. */
  past(host: string, port: number): Dial | null;
  /** Which app of the device has a connection open from this port of its own. */
  senderOf(port: number): Promise<string | null>;
}

/** Where a connection was going that was turned to us. */
export type Meant = Pick<Target, 'host' | 'port'>;

/** A connection that was turned to us; `from` is the device's port on its own side. */
export interface Turned extends Meant {
  readonly from: number;
}

/** A door that everything a device sends is turned to. It stands on this address, for this device alone. */
export interface Gate {
  readonly address: string;
  readonly device: string;
  /** Where the connection that we see from this port was going; null where it meant us. */
  destination(port: number): Promise<Turned | null>;
}

/** Far above what a phone opens at once (browsers: 6 a host, 256 in all). */
const MOST_OPEN = 1000;
const LINGER_MS = 1000;

export async function openFront(
  ways: FrontWays,
  listener: FrontListener,
  {
    clock,
    patienceMs = 30_000,
    gate = null,
  }: { clock: Clock; patienceMs?: number; gate?: Gate | null },
): Promise<Front> {
  const sockets = new Set<Socket>();
  let count = 0;

  const accept = (phone: Socket): void => {
    if (!isOurPeer(phone, gate?.device)) return;
    count += 1;
    const connection = connectionOf(phone, `c${String(count)}`, clock.now());
    keep(sockets, phone);
    // As the reader sees it, too; the device's own port may turn out to be another.
    const seen = connection.clientPort;
    ways.peers.set(seen, connection);
    listener.opened(connection);
    phone.once('close', () => {
      listener.ended(connection);
      // What the reader still has to tell of it comes within that time; its port may be another's by then.
      setTimeout(() => {
        if (ways.peers.get(seen) === connection) ways.peers.delete(seen);
      }, LINGER_MS);
    });
    void lead(phone, connection);
  };

  const lead = async (phone: Socket, connection: OpenConnection): Promise<void> => {
    const meant = (await gate?.destination(connection.clientPort)) ?? null;
    if (meant !== null) {
      connection.clientPort = meant.from;
      connection.asked = ways.senderOf(meant.from).then((sender) => {
        connection.sender = sender;
      });
      await through(phone, connection, meant);
    } else await asProxy(phone, connection);
  };

  const aim = (connection: OpenConnection, { host, port }: Meant): Dial | null => {
    connection.host = host;
    connection.port = port;
    listener.targeted(connection);
    const past = ways.past(host, port);
    if (past) listener.passed(connection);
    return past;
  };

  const through = async (phone: Socket, connection: OpenConnection, to: Meant): Promise<void> => {
    const past = aim(connection, to);
    if (past) await pass(phone, connection, past, { said: Buffer.alloc(0), asProxy: false });
    else if (await speaks(phone)) ways.read(phone, to);
    else ways.carry(phone, to);
  };

  const asProxy = async (phone: Socket, connection: OpenConnection): Promise<void> => {
    const { found, bytes, late } = await collect(phone, connectTarget, patienceMs);
    // Too slow, gone, or ended without a word.
    if (late || phone.destroyed || bytes.length === 0) {
      phone.destroy();
      return;
    }
    if (found !== null && found !== 'other') {
      const past = aim(connection, found);
      if (past) {
        await pass(phone, connection, past, { said: bytes.subarray(found.end), asProxy: true });
        return;
      }
    }
    phone.unshift(bytes);
    ways.read(phone);
  };

  const pass = async (
    phone: Socket,
    connection: OpenConnection,
    dial: Dial,
    { said, asProxy: proxy }: { readonly said: Buffer; readonly asProxy: boolean },
  ): Promise<void> => {
    try {
      const upstream = await dial(connection.host, connection.port ?? 0);
      keep(sockets, upstream);
      if (proxy) phone.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (said.length > 0) upstream.write(said);
      join(phone, upstream);
      if (phone.destroyed) upstream.destroy();
    } catch (error) {
      if (error instanceof NotLedOn) listener.notLed(connection, error.message);
      if (!proxy) {
        phone.resetAndDestroy();
        return;
      }
      phone.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n');
      phone.destroySoon();
    }
  };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
  server.maxConnections = MOST_OPEN;
  server.on('drop', () => {
    listener.refused();
  });
  let ours = false;
  server.on('error', () => server.close());
  server.on('close', () => {
    if (!ours) listener.fell();
  });
  server.listen(0, gate?.address ?? LOOPBACK);
  await once(server, 'listening');
  return {
    port: portOf(server, gate?.address),
    [Symbol.asyncDispose]: async () => {
      ours = true;
      const closed = server.listening ? once(server, 'close') : null;
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A client that has not said a word by then waits for the server's. */
const SILENT_MS = 1000;

async function speaks(phone: Socket): Promise<boolean> {
  const signal = AbortSignal.timeout(SILENT_MS);
  await once(phone, 'readable', { signal }).catch(() => undefined);
  return phone.readableLength > 0;
}

interface OpenConnection extends Connection {
  clientPort: number;
  host: string;
  port: number | null;
  sender: string | null;
  asked: Promise<void> | null;
}

function connectionOf(phone: Socket, id: string, at: number): OpenConnection {
  return {
    id,
    at,
    clientPort: phone.remotePort ?? 0,
    host: '',
    port: null,
    sender: null,
    asked: null,
    get bytesUp() {
      return phone.bytesRead;
    },
    get bytesDown() {
      return phone.bytesWritten;
    },
  };
}

/** Every socket is ended with the front, and none of their errors takes us down. */
function keep(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.once('close', () => sockets.delete(socket));
}
