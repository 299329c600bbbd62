import type { Answer, Asked, Route } from './route.ts';

/**
 * What real desktop browsers ask their makers for by themselves. Each is there and has nothing for the asker (404),
 * unless the answer of nothing has a shape of its own: a browser that is refused asks again and again. Seen in
 * captures of Chromium 156 and Firefox ESR 153 of Debian 12.
 */
export const SERVICES: readonly (readonly [host: string, routes: readonly Route[]])[] = [
  ['accounts.google.com', [at('/ListAccounts', json('["gaia.l.a.r",[]]'))]],
  ['clients2.google.com', []],
  ['clientservices.googleapis.com', []],
  ['content-autofill.googleapis.com', []],
  ['optimizationguide-pa.googleapis.com', []],
  ['redirector.gvt1.com', []],
  ['safebrowsing.googleapis.com', []],
  ['update.googleapis.com', []],
  ['www.googleapis.com', []],
  ['www.gstatic.com', [at('/generate_204', () => ({ status: 204 }))]],
  ['accounts.firefox.com', []],
  ['ads.mozilla.org', []],
  ['aus5.mozilla.org', []],
  ['content-signature-2.cdn.mozilla.net', []],
  ['detectportal.firefox.com', [at('/success.txt', text('success\n'))]],
  ['firefox-settings-attachments.cdn.mozilla.net', []],
  ['firefox.settings.services.mozilla.com', []],
  ['incoming.telemetry.mozilla.org', []],
  ['location.services.mozilla.com', []],
  ['normandy.cdn.mozilla.net', []],
  ['push.services.mozilla.com', []],
  ['services.addons.mozilla.org', []],
  ['versioncheck-bg.addons.mozilla.org', []],
  ['www.mozilla.org', []],
  ['ac.duckduckgo.com', [at('/ac/', suggests)]],
];

export function at(path: string, route: Route): Route {
  return (asked) => (asked.path === path ? route(asked) : undefined);
}

/** What an engine answers to the letters of an address field: those letters, and nothing that begins so. */
export function suggests({ query }: Asked): Answer {
  const body = JSON.stringify([query.get('q') ?? '', []]);
  return { status: 200, type: 'application/x-suggestions+json', body };
}

function text(body: string): Route {
  return () => ({ status: 200, type: 'text/plain', body });
}

function json(body: string): Route {
  return () => ({ status: 200, type: 'application/json', body });
}
