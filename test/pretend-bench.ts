import { createHash } from 'node:crypto';
import type { BrowserSession } from '../harness/gather/browsers/browser.ts';
import type { Phone } from '../harness/gather/devices/phone.ts';
import { noErrands } from '../harness/gather/errands/none.ts';
import type { CaptureSink, Tap } from '../harness/gather/tap/tap.ts';
import type { Bench } from '../harness/gather/trial/bench.ts';
import type { Clock, SteadyClock } from '../harness/lib/clock.ts';
import type { Exchange } from '../harness/record/exchange.ts';
import { exchangeSchema } from '../harness/record/exchange.ts';
import type { Scenario } from '../harness/scenario.ts';

/** What the pretend browser tells its maker: given what was visited or searched, and the condition then. */
export type Tattle = (what: {
  kind: 'page' | 'search';
  text: string;
  condition: ReadonlyMap<string, string>;
}) => { url: string; body?: string } | null;

/**
 * Hands without a phone: the three ports that a trial holds, in memory. Every page that the pretend browser opens
 * becomes an exchange, and so does whatever `tattle` makes of it.
 */
export function aPretendBench(
  scenario: Scenario,
  { tattle = () => null, ...fields }: Partial<Bench> & { tattle?: Tattle } = {},
): Bench {
  const clock = aSteppingClock();
  const identity = {
    model: 'Pretend',
    romFamily: 'MIUI',
    romRegion: 'global',
    romBuild: 'V11',
    android: '9',
    sdk: 28,
    fingerprint: 'pretend',
    rooted: true,
  };
  const app = {
    package: 'com.example.browser',
    versionName: '1.0',
    versionCode: 1,
    sha256: createHash('sha256').update('apk').digest('hex'),
    signer: 'pretend',
  };
  const tap = new PretendTap(clock);
  return {
    device: 'pretend',
    browserName: 'mint',
    scenario,
    phone: aPretendPhone(identity, app),
    browser: aPretendBrowser(tap, tattle),
    errands: noErrands('pretend'),
    tap,
    clock,
    identity,
    app,
    reach: 'content',
    soleWayOut: true,
    site: 'leaklab.test',
    stamp: 'REFERENCE HANDSET',
    run: 'run',
    seed: 'tuesday',
    ...fields,
  };
}

/** A clock whose waits pass at once and whose every look is a millisecond later: no test sleeps. */
export function aSteppingClock(): SteadyClock {
  let now = Date.UTC(2026, 10, 23);
  return {
    now: () => now++,
    scaled: (ms) => ms,
    wait: async (ms) => {
      now += ms;
      await Promise.resolve();
    },
    ahead: () => 0,
    disturbed: () => ({ slept: 0, stepped: 0 }),
  };
}

function aPretendPhone(
  identity: Awaited<ReturnType<Phone['identity']>>,
  app: Awaited<ReturnType<Phone['app']>>,
): Phone {
  return {
    name: 'pretend',
    identity: () => Promise.resolve(identity),
    app: () => Promise.resolve(app),
    clear: () => Promise.resolve(),
    rest: () => Promise.resolve(),
    routeThrough: () => Promise.resolve(),
    routeStands: () => Promise.resolve(true),
    reroute: () => Promise.resolve(),
    trouble: () => Promise.resolve(null),
    trust: () => Promise.resolve(true),
    leak: () => Promise.resolve(null),
    visit: () => Promise.resolve(),
    log: () => Promise.resolve('--------- beginning of main\n'),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function aPretendBrowser(tap: PretendTap, tattle: Tattle): BrowserSession {
  const condition = new Map<string, string>();
  const tell = async (kind: 'page' | 'search', text: string): Promise<void> => {
    const told = tattle({ kind, text, condition });
    if (told) {
      await tap.request({
        method: 'POST',
        url: told.url,
        requestHeaders: [['User-Agent', 'Dalvik/2.1.0']],
        requestBody:
          told.body === undefined ? null : { base64: Buffer.from(told.body).toString('base64') },
      });
    }
  };
  const picture = Buffer.from('89504e470d0a1a0a', 'hex');
  return {
    start: () => {
      condition.clear();
      return Promise.resolve();
    },
    inOrder: (factors) => factors,
    set: (factor, level) => {
      condition.set(factor, level);
      return Promise.resolve();
    },
    read: (factor) =>
      Promise.resolve({
        level: condition.get(factor) ?? 'unknown',
        caption: factor,
        picture,
        tree: '<hierarchy/>',
      }),
    look: () => Promise.resolve({ picture, tree: '<hierarchy/>' }),
    open: async (url) => {
      await tap.request({ method: 'GET', url });
      await tell('page', url);
    },
    search: async (engine, words) => {
      const host = engine === 'Google' ? 'www.google.com/search' : 'duckduckgo.com/';
      await tap.request({ method: 'GET', url: `https://${host}?q=${words.replaceAll(' ', '+')}` });
      await tell('search', words);
    },
    type: () => Promise.resolve(),
    restart: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

class PretendTap implements Tap {
  readonly port = 1;
  readonly caPem = '';
  readonly #clock: Clock;
  #sink: CaptureSink | null = null;
  #hosts = new Set<string>();
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  title(): void {
    // Nothing renders a page here.
  }

  withhold(): void {
    // Everybody answers here.
  }

  withholds(): boolean {
    return false;
  }

  carry(): void {
    // Nothing is read here that could be left unread.
  }

  askSenders(): void {
    // Nobody is asked here.
  }

  async request(line: Partial<Exchange> & { url: string }): Promise<void> {
    const { hostname } = new URL(line.url);
    this.#hosts.add(hostname);
    this.#count += 1;
    await this.#sink?.exchange(
      exchangeSchema.parse({
        id: String(this.#count),
        at: this.#clock.now(),
        endedAt: this.#clock.now(),
        connection: String(this.#count),
        host: hostname,
        port: 443,
        status: 200,
        ...line,
      }),
    );
  }

  capture(into: CaptureSink): Promise<Awaited<ReturnType<Tap['capture']>>> {
    this.#sink = into;
    this.#hosts = new Set();
    this.#count = 0;
    return Promise.resolve({
      ending: () => undefined,
      seen: (host) =>
        this.#hosts.has(host) ? Promise.resolve() : Promise.reject(new Error(`${host} not seen`)),
      reported: () => Promise.resolve(),
      finish: () =>
        Promise.resolve({
          connections: this.#count,
          unaccounted: 0,
          deaf: false,
          bytesUp: 0,
          bytesDown: 0,
          refusals: [],
          exchanges: this.#count,
          truncated: 0,
          coverage: null,
        }),
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
