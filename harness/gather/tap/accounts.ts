import type { Clock } from '../../lib/clock.ts';
import type { Exchange } from '../../record/exchange.ts';
import type { UnparsedEvent } from './reader/events.ts';
import type { Connection, FrontListener } from './front.ts';
import { BLANK, placeOf } from './lines/draft.ts';
import type { CaptureBooks } from './tap.ts';

/**
 * The account of every connection: each is told of by a line, be it only one that says it could not be read.
 * A line tells the bytes of its own capture, so that a connection may be told of in many.
 */
export interface Accounts extends FrontListener {
  /** Something on it is being read, and will have lines of its own. */
  reading(connection: Connection): void;
  /** Its TLS came to nothing; `why` goes into its line. */
  failed(connection: Connection, host: string, why: string): void;
  /** Bytes that were decrypted and are no HTTP. */
  unparsed(connection: Connection | undefined, event: UnparsedEvent): void;
  /** A host that will not be read by us. */
  refusal(host: string): void;
  /** A line that nobody could be given. */
  lost(): void;
  isDeaf(): boolean;
  /** Connections that may still be told of: young ones without a request, and those just gone. */
  unsettled(): number;
  /** Tells what is open and untold, and closes the books: the next ones start from here. */
  cut(): Omit<CaptureBooks, 'exchanges' | 'truncated' | 'coverage'>;
}

export interface AccountNeeds {
  readonly clock: Clock;
  nextId(): string;
  tell(line: Exchange): void;
  /** A connection is gone, and what trails behind it has come. */
  gone(connection: Connection): void;
  /** Its account is closed. */
  closed(): void;
}

/** The reader tells of the end of a connection some turns after it; its slowest word is 20 ms late. */
const TRAILING_MS = 250;
/** More hosts than a trial ever sees refuse; each of their connections has its line all the same. */
const MOST_REFUSALS = 10_000;

export function openAccounts({ clock, nextId, tell, gone, closed }: AccountNeeds): Accounts {
  const accounts = new Map<string, Account>();
  let deaf = false;
  let books = emptyBooks();

  const unreadLine = (account: Account, up: number, down: number): Exchange => ({
    ...BLANK,
    ...placeOf(account.connection),
    id: nextId(),
    kind: 'unread',
    at: account.connection.at,
    endedAt: clock.now(),
    host: account.host === '' ? account.connection.host : account.host,
    port: account.connection.port,
    sender: account.connection.sender,
    bytesUp: up,
    bytesDown: down,
    why: account.why ?? 'no-request',
  });

  const settle = (account: Account): void => {
    const { connection } = account;
    const up = connection.bytesUp - account.baseUp;
    const down = connection.bytesDown - account.baseDown;
    const moved = up + down > 0;
    if ((account.why !== null || !account.read) && (moved || !account.told)) {
      tell(unreadLine(account, up, down));
      account.told = true;
    }
    if (moved || account.young) books.connections += 1;
    books.bytesUp += up;
    books.bytesDown += down;
    account.baseUp += up;
    account.baseDown += down;
    account.young = false;
  };

  const end = (account: Account): void => {
    gone(account.connection);
    settle(account);
    accounts.delete(account.connection.id);
    closed();
  };

  return {
    opened: (connection) => {
      accounts.set(connection.id, accountOf(connection));
    },
    targeted: () => undefined,
    passed: (connection) => {
      const account = accounts.get(connection.id);
      if (account) account.why = 'passthrough';
    },
    notLed: ({ id }, why) => {
      const account = accounts.get(id);
      if (account) account.why = why;
    },
    ended: (connection) => {
      const account = accounts.get(connection.id);
      if (!account) return;
      account.ending = true;
      setTimeout(end, TRAILING_MS, account);
    },
    refused: () => {
      books.connections += 1;
      books.unaccounted += 1;
    },
    fell: () => {
      if (!deaf) books.unaccounted += 1;
      deaf = true;
    },
    isDeaf: () => deaf,
    reading: ({ id }) => {
      const account = accounts.get(id);
      if (account) account.read = true;
    },
    failed: ({ id }, host, why) => {
      const account = accounts.get(id);
      if (!account) return;
      account.why = why;
      account.host = host;
    },
    unparsed: (connection, { code, guess }) => {
      const account = connection && accounts.get(connection.id);
      if (!account || (guess.method === null && guess.headers.length === 0)) return;
      account.read = true;
      tell({
        ...unreadLine(account, connection.bytesUp, connection.bytesDown),
        why: `unparsed (${code})`,
        truncated: { request: true, response: false },
        method: guess.method,
        url: guess.url,
        requestHeaders: guess.headers.map(([name, value]) => [name, value]),
      });
    },
    refusal: (host) => {
      if (books.refusals.size < MOST_REFUSALS) books.refusals.add(host);
    },
    lost: () => {
      books.unaccounted += 1;
    },
    unsettled: () => [...accounts.values()].filter((one) => isUnsettled(one, clock.now())).length,
    cut: () => {
      for (const account of accounts.values()) settle(account);
      const { refusals, ...counts } = books;
      books = emptyBooks();
      return { ...counts, refusals: [...refusals].sort(), deaf };
    },
  };
}

interface Account {
  readonly connection: Connection;
  /** The name in its ClientHello, where it has one. */
  host: string;
  /** What had passed when the books were closed last. */
  baseUp: number;
  baseDown: number;
  read: boolean;
  why: string | null;
  /** A line says that it could not be read. */
  told: boolean;
  /** Opened since the books were closed last. */
  young: boolean;
  ending: boolean;
}

function accountOf(connection: Connection): Account {
  return {
    connection,
    host: '',
    baseUp: 0,
    baseDown: 0,
    read: false,
    why: null,
    told: false,
    young: true,
    ending: false,
  };
}

/** One on which nothing was asked for so long is kept open for the case that it is needed. */
const IDLE_MS = 1000;

/** One that has said nothing yet is not waited for: it may stay so for as long as it likes. */
function isUnsettled({ connection, read, why, told, ending }: Account, now: number): boolean {
  const idle = now - connection.at > IDLE_MS;
  return ending || (!read && why === null && !told && !idle && connection.bytesUp > 0);
}

function emptyBooks(): {
  connections: number;
  unaccounted: number;
  bytesUp: number;
  bytesDown: number;
  refusals: Set<string>;
} {
  return { connections: 0, unaccounted: 0, bytesUp: 0, bytesDown: 0, refusals: new Set() };
}
