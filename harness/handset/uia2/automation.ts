import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createServer } from '../../lib/http.ts';
import type { Automation } from '../phone/phone.ts';
import type { Reply, Router } from './router.ts';
import type { AutomatedPhone } from './route.ts';

/**
 * The UiAutomator2 server as `am instrument` runs it. Each run has its own HTTP server, session and connections,
 * so that what is left of an old run can never take the port from a new one.
 */
export function createAutomation(phone: AutomatedPhone): Automation {
  let current: Run | undefined;
  phone.faults.watch(({ fault }, begins) => {
    if (fault === 'instrumentation-crash' && begins) current?.end();
  });
  return {
    get listening() {
      return current !== undefined;
    },
    accept: (stream) => {
      if (!current) return false;
      current.accept(stream);
      return true;
    },
    start: () => {
      current?.end();
      const run = new Run(phone, () => {
        if (current === run) current = undefined;
      });
      current = run;
      if (phone.faults.is('instrumentation-crash')) setImmediate(() => run.end());
      return {
        ended: run.ended,
        stop: () => {
          run.end();
        },
      };
    },
  };
}

/** From one `am instrument` to its end. */
class Run {
  readonly ended: Promise<void>;
  readonly #router: Promise<Router>;
  readonly #server: Server;
  readonly #streams = new Set<Duplex>();
  readonly #settle: () => void;

  constructor(phone: AutomatedPhone, unbind: () => void) {
    this.#router = routerOf(phone);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#settle = () => {
      unbind();
      resolve();
    };
    this.#server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 });
    this.#server.timeout = 0;
    this.#server.on('request', (request, response) => {
      void this.#serve(request, response);
    });
  }

  accept(stream: Duplex): void {
    this.#streams.add(stream);
    stream.once('close', () => this.#streams.delete(stream));
    this.#server.emit('connection', stream);
  }

  end(): void {
    this.#settle();
    for (const stream of this.#streams) stream.destroy();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request);
    const path = (request.url ?? '/').replace(/\?.*$/su, '');
    const reply = await (
      await this.#router
    ).answer({ method: request.method ?? 'GET', path, body });
    send(response, reply, () => {
      // The driver wants its answer first, and then sees the server go.
      if (reply.last) setTimeout(() => this.end(), 20);
    });
  }
}

/** The commands come with the first run: a phone that nobody automates goes without them, XPath and its XML. */
async function routerOf(phone: AutomatedPhone): Promise<Router> {
  const { Router } = await import('./router.ts');
  return new Router(phone);
}

/** Head and body go out as one piece: two of them cost a delayed acknowledgement on the forwarded port. */
function send(
  response: ServerResponse,
  { status, sessionId, value }: Reply,
  sent: () => void,
): void {
  const body = JSON.stringify({ sessionId, value });
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=UTF-8',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body, sent);
}

const LONGEST_BODY = 4 * 2 ** 20;

/** A body that is too long, cut off or not JSON reads as none: the route then says what it misses. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of request) {
      if (!Buffer.isBuffer(piece)) continue;
      size += piece.length;
      if (size <= LONGEST_BODY) pieces.push(piece);
    }
    const parsed: unknown = JSON.parse(Buffer.concat(pieces).toString('utf8'));
    return size <= LONGEST_BODY ? parsed : undefined;
  } catch {
    return undefined;
  }
}
