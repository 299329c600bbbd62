import type { Phone } from '../phone/phone.ts';
import type { TouchScreen } from '../ui/screen.ts';
import type { Elements } from './elements.ts';

/** What the automation server needs of the phone it runs on. */
export interface AutomatedPhone extends Pick<
  Phone,
  'rom' | 'clock' | 'chance' | 'properties' | 'settings' | 'trace' | 'faults'
> {
  readonly screen: TouchScreen;
}

/** What one client of the server has made for itself. */
export interface Session {
  readonly id: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly elements: Elements;
  readonly settings: Map<string, unknown>;
}

/** One request inside a session. */
export interface Call {
  readonly phone: AutomatedPhone;
  readonly screen: TouchScreen;
  readonly session: Session;
  /** Whatever the client sent; each route reads it for itself. */
  readonly body: unknown;
  /** A piece of the path that the route names with a colon. */
  parameter(name: string): string;
}

/** A command of the protocol: its path below `/session/:session/`, and the value it answers. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly answer: (call: Call) => unknown;
}

export const get = (path: string, answer: Route['answer']): Route => ({
  method: 'GET',
  path,
  answer,
});

export const post = (path: string, answer: Route['answer']): Route => ({
  method: 'POST',
  path,
  answer,
});
