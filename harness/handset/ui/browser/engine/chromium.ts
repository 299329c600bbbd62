import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Child } from '../../../../lib/children.ts';
import { run, spawnChild } from '../../../../lib/children.ts';
import { makeFolder, scratchFolder } from '../../../disk.ts';
import type { DevTools } from './devtools.ts';
import { openDevTools } from './devtools.ts';

/** A headless Chromium of this machine that renders one page: started for one way out and one trust store. */
export interface RunningChromium extends AsyncDisposable {
  /** Loopback port of its DevTools. */
  readonly port: number;
  readonly page: DevTools;
}

/**
 * Chromium as the page sees it on a phone: its requests leave through the phone's proxy, its NSS store holds what the
 * phone believes and nothing of this machine. It speaks up for nothing by itself that its switches can silence;
 * favicons, preconnects and retries are its own.
 */
export async function startChromium({
  proxyPort,
  trusted,
  userAgent,
}: {
  /** Null: none, the network that it is in. */
  proxyPort: number | null;
  /** PEM. */
  trusted: string;
  userAgent: string;
}): Promise<RunningChromium> {
  await using held = new AsyncDisposableStack();
  const home = held.use(await scratchFolder('leaklab-chromium-')).path;
  await trust(home, trusted);
  const browser = held.use(
    await spawnChild(
      'chromium',
      [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync'],
        ...['--disable-background-networking', '--disable-component-update', '--disable-quic'],
        ...['--remote-debugging-port=0', `--user-data-dir=${join(home, 'profile')}`],
        ...(proxyPort === null
          ? ['--no-proxy-server']
          : [
              `--proxy-server=http://127.0.0.1:${String(proxyPort)}`,
              '--proxy-bypass-list=<-loopback>',
            ]),
        '--window-size=412,915',
        ...[`--user-agent=${userAgent}`, 'about:blank'],
      ],
      { env: { PATH: '/usr/bin:/bin', HOME: home } },
    ),
  );
  const port = await devToolsPort(browser);
  const targets = z.array(z.object({ type: z.string(), webSocketDebuggerUrl: z.string() }));
  const list = await fetch(`http://127.0.0.1:${port}/json/list`);
  const page = targets.parse(await list.json()).find(({ type }) => type === 'page');
  if (!page) throw new Error('Chromium has no page');
  const tools = held.use(await openDevTools(page.webSocketDebuggerUrl));
  await tools.ask('Page.enable', {}, z.unknown());
  await tools.ask('Network.enable', {}, z.unknown());
  const all = held.move();
  return { port, page: tools, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** The line on stderr that says where DevTools listen; Chromium that ends before says why. */
async function devToolsPort(browser: Child): Promise<number> {
  const said: string[] = [];
  for await (const line of createInterface({ input: browser.stderr })) {
    const port = /^DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(line)?.[1];
    if (port === undefined) {
      if (said.length < 20) said.push(line);
      continue;
    }
    browser.stderr.resume();
    browser.stdout.resume();
    return Number(port);
  }
  throw new Error(`chromium ended: ${said.join(' ').slice(0, 300)}`);
}

async function trust(home: string, certificates: string): Promise<void> {
  const folder = join(home, '.pki', 'nssdb');
  makeFolder(folder);
  const certutil = async (args: readonly string[], input = ''): Promise<void> => {
    const words = ['-d', `sql:${folder}`, ...args];
    const { code, stderr } = await run('certutil', words, { input: Buffer.from(input) });
    if (code !== 0) throw new Error(`certutil ended with ${code}: ${stderr.trim()}`);
  };
  await certutil(['-N', '--empty-password']);
  const each = certificates.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g);
  for (const [at, pem] of (each ?? []).entries()) {
    await certutil(['-A', '-n', `root ${at}`, '-t', 'C,,', '-a'], `${pem}\n`);
  }
}
