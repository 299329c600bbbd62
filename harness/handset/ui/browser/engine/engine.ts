import { z } from 'zod';
import type { Bridge } from '../../../network/bridge.ts';
import { openBridge } from '../../../network/bridge.ts';
import { wayOut } from '../../../network/proxy.ts';
import { certificatesIn, trusted } from '../../../network/trust.ts';
import type { Phone } from '../../../phone/phone.ts';
import type { Settings } from '../../../phone/settings.ts';
import type { Loaded, Visitor } from '../load.ts';
import { startChromium } from './chromium.ts';
import type { RunningChromium } from './chromium.ts';

/** A web engine that is a program of its own: it shows pages in place of the handset's own reader. */
export interface Engine extends AsyncDisposable {
  load(url: string, visitor: Visitor, signal: AbortSignal): Promise<Loaded>;
  /** Loopback port of its DevTools while it runs: what is behind the phone's `chrome_devtools_remote`. */
  readonly devtools: number | undefined;
}

type Around = Pick<Phone, 'rom' | 'files' | 'reverse' | 'log'> & {
  readonly settings: Pick<Settings, 'get'>;
};

/**
 * A headless Chromium, started with the first page and again when the phone's proxy or trust store has changed: it
 * reads both only when it starts. To be made when the store holds what the ROM ships, as the network is.
 */
export function createEngine(phone: Around, air = false): Engine {
  const shipped = certificatesIn(phone.files, phone.rom.systemStore);
  let running: { key: string; bridge: Bridge | null; chromium: RunningChromium } | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const end = async (): Promise<void> => {
    const old = running;
    running = undefined;
    await old?.chromium[Symbol.asyncDispose]();
    await old?.bridge?.[Symbol.asyncDispose]();
  };
  const ready = async (proxyPort: number | null, userAgent: string): Promise<RunningChromium> => {
    const store = trusted(phone.files, phone.rom, shipped);
    const key = JSON.stringify([proxyPort, userAgent, store]);
    if (running?.key === key) return running.chromium;
    await end();
    const bridge = proxyPort === null ? null : await openBridge(phone.reverse, proxyPort);
    const through = bridge?.port ?? null;
    const chromium = await startChromium({ proxyPort: through, trusted: store, userAgent });
    running = { key, bridge, chromium };
    return chromium;
  };
  const load = async (url: string, visitor: Visitor, signal: AbortSignal): Promise<Loaded> => {
    const way = wayOut(phone.settings, air);
    if ('error' in way) return { ok: false, url, error: way.error };
    try {
      return await shown(await ready(way.port, visitor.userAgent), url, visitor, signal);
    } catch (error) {
      phone.log.write('chromium', String(error), { priority: 'E' });
      return { ok: false, url, error: signal.aborted ? 'net::ERR_ABORTED' : 'net::ERR_FAILED' };
    }
  };
  return {
    // One page at a time: the screen shows no more.
    load: (url, visitor, signal) => {
      const loaded = turn.then(() => load(url, visitor, signal));
      turn = loaded;
      return loaded;
    },
    get devtools() {
      return running?.chromium.port;
    },
    [Symbol.asyncDispose]: async () => {
      await turn;
      await end();
    },
  };
}

const LONGEST_LOAD_MS = 30_000;
const nothing = z.unknown();
const evaluated = z.object({ result: z.object({ value: z.string() }) });
const seen = z.object({ title: z.string(), text: z.string(), url: z.string() });

async function shown(
  { page }: RunningChromium,
  url: string,
  visitor: Visitor,
  ended: AbortSignal,
): Promise<Loaded> {
  const signal = AbortSignal.any([ended, AbortSignal.timeout(LONGEST_LOAD_MS)]);
  const headers = {
    'X-Requested-With': visitor.package,
    'Accept-Language': visitor.acceptLanguage,
  };
  await page.ask('Network.setExtraHTTPHeaders', { headers }, nothing);
  const done = page.next('Page.loadEventFired', signal);
  // Rejected while nobody waits for it, should the navigation itself fail.
  done.catch(() => undefined);
  const { errorText } = await page.ask(
    'Page.navigate',
    { url },
    z.object({ errorText: z.string().optional() }),
  );
  if (errorText !== undefined) return { ok: false, url, error: errorText };
  await done;
  const { result } = await page.ask('Runtime.evaluate', { expression: LOOK }, evaluated);
  const { title, text, url: at } = seen.parse(JSON.parse(result.value));
  return {
    ok: true,
    url: at,
    page: { title: title === '' ? at : title, text, embedded: [] },
    body: Buffer.from(text),
    file: undefined,
  };
}

const LOOK =
  'JSON.stringify({ title: document.title.slice(0, 1000), url: location.href,' +
  ' text: (document.body?.innerText ?? "").replace(/\\s+/g, " ").trim().slice(0, 400) })';
