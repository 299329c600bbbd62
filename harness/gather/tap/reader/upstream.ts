import { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import { Agent as SecureAgent } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { NotLedOn } from '../way/closed.ts';
import type { Dial } from '../way/dial.ts';

type Connected = (error: Error | null, stream: Duplex) => void;

/** How the library keeps the agents that belong to one connection of the phone. */
export interface AgentPlace {
  /** The property of a connection that holds them, by name. */
  readonly property: symbol;
  readonly name: string;
}

/**
 * Has everything that one connection of the phone asks for go out over our own dial, before the library opens a
 * connection of its own. Upstream connections are kept for as long as the phone's is, and shared with no other.
 */
export function goOutBy(
  dial: Dial,
  { property, name }: AgentPlace,
  refused: (handshake: string, why: string) => void,
): (request: object, handshake: string | null) => void {
  const handshakes = new WeakMap<object, string>();
  return (request, handshake) => {
    const connection = connectionOf(request);
    // A WebSocket has its connection to itself; of any other request the library tells why it was not led on.
    if (handshake !== null) handshakes.set(connection, handshake);
    const agents = agentsAt(connection, property, async (host, port) => {
      try {
        return await dial(host, port);
      } catch (error) {
        const mine = handshakes.get(connection);
        if (mine !== undefined && error instanceof NotLedOn) refused(mine, error.message);
        throw error;
      }
    });
    const secure = /^(https|wss)/.test(String(Reflect.get(request, 'protocol')));
    agents.byName.set(name, secure ? agents.secure : agents.plain);
  };
}

interface Agents {
  readonly byName: Map<string, Agent>;
  readonly plain: Agent;
  readonly secure: SecureAgent;
}

const known = new WeakMap<object, Agents>();

function agentsAt(connection: object, property: symbol, dial: Dial): Agents {
  const before = known.get(connection);
  if (before) return before;
  const agents = { byName: new Map(), plain: new PlainWay(dial), secure: new SecureWay(dial) };
  known.set(connection, agents);
  Object.defineProperty(connection, property, { value: agents.byName });
  const once: unknown = Reflect.get(connection, 'once');
  if (typeof once !== 'function') throw new Error('a connection does not say when it ends');
  Reflect.apply(once, connection, [
    'close',
    () => {
      agents.plain.destroy();
      agents.secure.destroy();
    },
  ]);
  return agents;
}

/** The session of an HTTP/2 request, the socket of any other. */
function connectionOf(request: object): object {
  const stream: unknown = Reflect.get(request, 'stream');
  const session: unknown =
    typeof stream === 'object' && stream !== null ? Reflect.get(stream, 'session') : undefined;
  const found: unknown = session ?? Reflect.get(request, 'socket');
  if (typeof found !== 'object' || found === null) throw new Error('a request has no connection');
  return found;
}

class PlainWay extends Agent {
  readonly #dial: Dial;

  constructor(dial: Dial) {
    super({ keepAlive: true });
    this.#dial = dial;
  }

  override createConnection(options: RequestOptions, connected?: Connected): undefined {
    void lead(this.#dial, options, (socket) => socket, connected);
  }
}

class SecureWay extends SecureAgent {
  readonly #dial: Dial;

  constructor(dial: Dial) {
    super({ keepAlive: true });
    this.#dial = dial;
  }

  /** On one connection of the phone nothing else tells ways apart; Node would spell out every root, for each request. */
  override getName({ host, hostname, port, servername }: RequestOptions = {}): string {
    return `${host ?? hostname ?? ''}:${String(port)}:${servername ?? ''}`;
  }

  override createConnection(options: RequestOptions, connected?: Connected): undefined {
    // A request's path is no name of a socket.
    const { path: _, port: __, checkServerIdentity: ___, host, ...secure } = options;
    void lead(
      this.#dial,
      options,
      (socket) => connect({ ...secure, ...(host != null && { host }), socket }),
      connected,
    );
  }
}

async function lead(
  dial: Dial,
  { host, hostname, port }: RequestOptions,
  dress: (socket: Awaited<ReturnType<Dial>>) => Duplex,
  connected?: Connected,
): Promise<void> {
  try {
    const socket = await dial(host ?? hostname ?? '', Number(port));
    connected?.(null, dress(socket));
  } catch (error) {
    // There has to be one, and nobody looks at it.
    const none = new Socket();
    connected?.(error instanceof Error ? error : new Error(String(error)), none);
  }
}
