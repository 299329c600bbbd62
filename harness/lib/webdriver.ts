import { remote } from 'webdriverio';

/** A session with a WebDriver server: Appium behind a phone, a browser's own driver behind a desktop. */
export type Session = Awaited<ReturnType<typeof remote>>;

/** The one door to WebdriverIO. Attempts once: a second one beside a slow first would leave two fighting over the device. */
export function openSession(
  server: { readonly hostname: string; readonly port: number },
  capabilities: WebdriverIO.Capabilities,
  callMs: number,
): Promise<Session> {
  return remote({
    ...server,
    path: '/',
    logLevel: 'silent',
    connectionRetryCount: 0,
    connectionRetryTimeout: callMs,
    capabilities: { 'wdio:enforceWebDriverClassic': true, ...capabilities },
  });
}
