import type { Route } from './route.ts';

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
];

function at(path: string, route: Route): Route {
  return (asked) => (asked.path === path ? route(asked) : undefined);
}

function json(body: string): Route {
  return () => ({ status: 200, type: 'application/json', body });
}
