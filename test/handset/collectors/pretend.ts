import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Clock } from '../../../harness/lib/clock.ts';
import type {
  AppMessage,
  AppRequest,
  AppResponse,
  Network,
} from '../../../harness/handset/phone/phone.ts';
import { loadRom } from '../../../harness/handset/roms/load.ts';
import type { Rom } from '../../../harness/handset/roms/rom.ts';

export const MINT = 'com.mi.globalbrowser.mini';

/** A clock that stands still until `pass` moves it. */
export class PretendClock implements Clock {
  #now: number;
  #waiting: { at: number; go: () => void }[] = [];

  constructor(now = Date.UTC(2020, 4, 1, 5, 20)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  scaled(ms: number): number {
    return ms;
  }

  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      signal?.addEventListener('abort', () => {
        reject(new Error('aborted'));
      });
      this.#waiting.push({ at: this.#now + ms, go: resolve });
    });
  }

  /** Lets `ms` go by, and everything that was due happen. */
  async pass(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#waiting.filter((one) => one.at <= this.#now);
    this.#waiting = this.#waiting.filter((one) => one.at > this.#now);
    for (const one of due) one.go();
    await settled();
  }
}

/** Everything that was ready to run has run. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A network that keeps what is sent and answers as it is told. */
export class PretendNetwork implements Network {
  readonly sent: AppRequest[] = [];
  readonly told: AppMessage[] = [];
  heard: (message: AppMessage) => AppResponse = () => status(200);
  answer: (request: AppRequest) => AppResponse = () => status(200);

  async fetch(request: AppRequest): Promise<AppResponse> {
    this.sent.push(request);
    return await Promise.resolve(this.answer(request));
  }

  async tell(message: AppMessage): Promise<AppResponse> {
    this.told.push(message);
    return await Promise.resolve(this.heard(message));
  }

  posts(): AppRequest[] {
    return this.sent.filter((request) => request.method === 'POST');
  }

  /** Every event in every POST, read with nothing but form decoding, zlib and JSON. */
  events(): Record<string, unknown>[] {
    return this.posts().flatMap((request) => eventsOf(request.body ?? Buffer.alloc(0)));
  }
}

export function eventsOf(body: Buffer): Record<string, unknown>[] {
  const form = new URLSearchParams(body.toString());
  const list: unknown = JSON.parse(
    gunzipSync(Buffer.from(form.get('data_list') ?? '', 'base64')).toString(),
  );
  return Array.isArray(list) ? list.map((event: Record<string, unknown>) => event) : [];
}

export function status(code: number, body = ''): AppResponse {
  return { ok: true, status: code, headers: [], body: Buffer.from(body) };
}

/** The shipped phone with a Mint Browser whose screens are of no concern here; collectors by name or path. */
export async function romWith(collectors: string | readonly string[], identity = {}): Promise<Rom> {
  const folder = await mkdtemp(join(tmpdir(), 'leaklab-test-'));
  const path = join(folder, 'rom.json');
  const app = {
    package: MINT,
    versionName: '3.4.3',
    versionCode: 20200430,
    label: 'Mint Browser',
    activity: `${MINT}/com.android.browser.BrowserActivity`,
    system: true,
    screens: {
      start: [{ screen: 'home' }],
      all: { home: { nodes: [{ text: 'home' }] } },
      browser: { home: 'home', page: 'home', userAgent: 'x', acceptLanguage: 'x' },
    },
    state: {
      mode: { values: ['normal', 'incognito'], default: 'normal', keeps: 'until-stop' },
      enhancedIncognito: { values: ['off', 'on'], default: 'on', keeps: 'until-clear' },
    },
    collectors: [collectors].flat(),
  };
  const rom = { like: 'miui-11-mint-3.4.3', name: 'for-a-test', apps: [app, 'miui'], identity };
  await writeFile(path, JSON.stringify(rom));
  try {
    return await loadRom(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}
