import { z } from 'zod';
import { NO_INJECTION, usbMay } from '../phone/faults/effects.ts';
import { alertRoutes } from './commands/alert.ts';
import { deviceRoutes } from './commands/device.ts';
import { elementRoutes } from './commands/element.ts';
import { gestureRoutes } from './commands/gestures.ts';
import { inputRoutes } from './commands/input.ts';
import { Elements } from './elements.ts';
import { Failure } from './failure.ts';
import type { AutomatedPhone, Session } from './route.ts';

/** One request as it came in; `path` without the query. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export interface Reply {
  readonly status: number;
  readonly sessionId: string | null;
  readonly value: unknown;
  /** Its session has ended with this: so does the server, once the reply is out. */
  readonly last: boolean;
}

/** The commands of one run of the automation server, and its one session. */
export class Router {
  readonly #phone: AutomatedPhone;
  #session: Session | undefined;

  constructor(phone: AutomatedPhone) {
    this.#phone = phone;
  }

  /** Answers every request; what goes wrong is an answer too. Each is recorded in the phone's trace. */
  async answer(request: Request): Promise<Reply> {
    const before = this.#session;
    const command = this.#find(request);
    const what = `${request.method} ${command?.name ?? shortened(request.path)}`;
    this.#phone.trace.record({ kind: 'http', what, known: command !== undefined });
    const reply = await this.#outcome(what, command);
    const session = this.#session ?? before;
    return {
      ...reply,
      sessionId: session?.id ?? null,
      last: session !== undefined && !this.#session,
    };
  }

  async #outcome(
    what: string,
    command: Command | undefined,
  ): Promise<Pick<Reply, 'status' | 'value'>> {
    try {
      if (!command) throw new Failure('unknown command', `${what} is not a known command`);
      return { status: 200, value: (await command.answer()) ?? null };
    } catch (error) {
      const failure =
        error instanceof Failure ? error : new Failure('unknown error', String(error));
      const { status, error: name, message, stack = '' } = failure;
      return { status, value: { error: name, message, stacktrace: stack } };
    }
  }

  #find({ method, path, body }: Request): Command | undefined {
    const pieces = path.split('/').filter((piece) => piece !== '');
    const name = `/${pieces.join('/')}`;
    if (method === 'GET' && name === '/status') return { name, answer: () => STATUS };
    if (method === 'GET' && name === '/sessions') return { name, answer: () => this.#sessions() };
    if (method === 'POST' && name === '/session') return { name, answer: () => this.#begin(body) };
    const [first, id, ...rest] = pieces;
    if (first !== 'session' || id === undefined) return undefined;
    return rest.length === 0
      ? this.#ofSession(method, id)
      : this.#inSession(method, id, rest, body);
  }

  #ofSession(method: string, id: string): Command | undefined {
    const name = '/session/:session';
    if (method === 'GET') return { name, answer: () => this.#existing(id).capabilities };
    if (method !== 'DELETE') return undefined;
    return {
      name,
      answer: () => {
        this.#existing(id);
        this.#session = undefined;
      },
    };
  }

  #inSession(
    method: string,
    id: string,
    path: readonly string[],
    body: unknown,
  ): Command | undefined {
    for (const route of ROUTES) {
      const parameters = route.method === method ? match(route.path, path) : undefined;
      if (!parameters) continue;
      return {
        name: `/session/:session/${route.path}`,
        answer: () => {
          if (INJECTS.test(route.path) && !usbMay('input', this.#phone))
            throw new Failure('unknown error', NO_INJECTION);
          return route.answer({
            phone: this.#phone,
            screen: this.#phone.screen,
            session: this.#existing(id),
            body,
            parameter: (name) => parameters.get(name) ?? '',
          });
        },
      };
    }
    return undefined;
  }

  #sessions(): unknown {
    return this.#session
      ? [{ id: this.#session.id, capabilities: this.#session.capabilities }]
      : [];
  }

  #begin(body: unknown): unknown {
    const asked = sessionSchema.safeParse(body);
    if (!asked.success) throw new Failure('invalid argument', 'The session needs capabilities');
    const id = this.#phone.chance
      .bytes(16)
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-');
    const capabilities = asked.data.capabilities.firstMatch[0] ?? {};
    this.#session = { id, capabilities, elements: new Elements(), settings: new Map() };
    return { sessionId: id, capabilities };
  }

  #existing(id: string): Session {
    if (this.#session?.id === id) return this.#session;
    throw new Failure('invalid session id', 'A session is either terminated or not started');
  }
}

/** What puts events into another app's window; finding and reading does not. */
const INJECTS =
  /^(element\/:id\/(click|clear|value)|keys|back|actions|(appium\/)?gestures\/.*|appium\/device\/(long_)?press_keycode|alert\/(accept|dismiss))$/u;

interface Command {
  /** For the trace: the path with its ids taken out. */
  readonly name: string;
  readonly answer: () => unknown;
}

const ROUTES = [
  ...elementRoutes,
  ...inputRoutes,
  ...gestureRoutes,
  ...deviceRoutes,
  ...alertRoutes,
];

/** Version of the server whose protocol this is. */
const STATUS = {
  ready: true,
  message: 'UiAutomator2 Server is ready to accept commands',
  build: { version: '10.6.6' },
};

const sessionSchema = z.object({
  capabilities: z.object({ firstMatch: z.array(z.record(z.string(), z.unknown())).default([]) }),
});

/** The parameters of a path that fits the pattern. A fixed word fits before a parameter does. */
function match(pattern: string, path: readonly string[]): ReadonlyMap<string, string> | undefined {
  const parts = pattern.split('/');
  const parameters = new Map<string, string>();
  if (parts.length !== path.length) return undefined;
  for (const [at, part] of parts.entries()) {
    const piece = path[at] ?? '';
    if (part.startsWith(':')) parameters.set(part.slice(1), decoded(piece));
    else if (part !== piece) return undefined;
  }
  return parameters;
}

function decoded(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}

/** An unknown path without what differs from run to run. */
function shortened(path: string): string {
  return path.replace(/^\/session\/[^/]+/u, '/session/:session').slice(0, 200);
}
