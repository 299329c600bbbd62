import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { Automation } from '../../../harness/handset/phone/phone.ts';
import { Trace } from '../../../harness/handset/phone/trace.ts';
import { createAutomation } from '../../../harness/handset/uia2/automation.ts';
import { seeded } from '../../../harness/lib/seed.ts';
import { aBench } from '../ui/by-hand.ts';
import type { Bench } from '../ui/by-hand.ts';

export interface Answer {
  readonly status: number;
  readonly sessionId: string | null;
  readonly value: unknown;
}

/** The automation server of a phone, and a client in one session with it, over real sockets. */
export interface Lab extends AsyncDisposable {
  readonly bench: Bench;
  readonly automation: Automation;
  readonly run: ReturnType<Automation['start']>;
  readonly trace: Trace;
  readonly session: string;
  readonly port: number;
  request(method: string, path: string, body?: unknown): Promise<Answer>;
  /** The same below the session's path; an error is thrown as "<status> <error>: <message>". */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** The id of the first element found. */
  find(strategy: string, selector: string, context?: string): Promise<string>;
  texts(strategy: string, selector: string, context?: string): Promise<unknown[]>;
}

export async function aLab(romName = 'miui-11-mint-3.4.3'): Promise<Lab> {
  const bench = await aBench(romName);
  const trace = new Trace();
  const automation = createAutomation({
    rom: bench.rom,
    clock: { now: () => 0, wait: () => Promise.resolve(), scaled: (ms) => ms },
    chance: seeded('test'),
    properties: new Map(Object.entries(bench.rom.properties)),
    settings: bench.settings,
    faults: bench.faults,
    trace,
    screen: bench.screen,
  });
  const run = automation.start();
  const port = createServer((socket) => {
    if (!automation.accept(socket)) socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(port, 'listening');
  const number = addressOf(port.address()).port;
  const base = `http://127.0.0.1:${String(number)}`;

  const request: Lab['request'] = async (method, path, body) => {
    const response = await fetch(base + path, {
      method,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, ...answerSchema.parse(await response.json()) };
  };
  const begun = await request('POST', '/session', { capabilities: { firstMatch: [{}] } });
  const session = z.object({ sessionId: z.string() }).parse(begun.value).sessionId;
  const call: Lab['call'] = async (method, path, body) => {
    const answer = await request(method, `/session/${session}/${path}`, body);
    if (answer.status === 200) return answer.value;
    const { error, message } = errorSchema.parse(answer.value);
    throw new Error(`${String(answer.status)} ${error}: ${message}`);
  };
  return {
    bench,
    automation,
    run,
    trace,
    session,
    port: number,
    request,
    call,
    find: async (strategy, selector, context = '') =>
      referenceSchema.parse(await call('POST', 'element', { strategy, selector, context })).ELEMENT,
    texts: async (strategy, selector, context = '') => {
      const found = await call('POST', 'elements', { strategy, selector, context });
      const ids = z.array(referenceSchema).parse(found);
      return Promise.all(ids.map(({ ELEMENT: id }) => call('GET', `element/${id}/text`)));
    },
    [Symbol.asyncDispose]: async () => {
      run.stop();
      port.close();
      await once(port, 'close');
    },
  };
}

const answerSchema = z.object({ sessionId: z.string().nullable(), value: z.unknown() });
const errorSchema = z.object({ error: z.string(), message: z.string() });
const referenceSchema = z.object({
  ELEMENT: z.string(),
  'element-6066-11e4-a52e-4f735466cecf': z.string(),
});

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address;
}
