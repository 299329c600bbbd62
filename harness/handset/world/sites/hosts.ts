import { INVENTED } from './invented.ts';
import { MAGAZINE } from './magazine.ts';
import { MAKER } from './maker.ts';
import { image, page, results, script } from './pages.ts';
import type { Answer, Asked, Route } from './route.ts';
import { at, SERVICES, suggests } from './services.ts';

/**
 * The whole internet around a reference handset or a desktop browser: one row a host, tried in order, 404 where none answers. What is
 * not here does not resolve. None of them is leaklab's own: those are served by the harness.
 */
export const HOSTS: ReadonlyMap<string, readonly Route[]> = new Map<string, readonly Route[]>([
  [
    'www.google.com',
    [at('/complete/search', suggests), ...engine('/search', ' - Google Search'), home('Google')],
  ],
  ['google.com', [(asked: Asked) => moved(`https://www.google.com${asked.path}`)]],
  ['duckduckgo.com', [at('/ac/', suggests), ...engine('/', ' at DuckDuckGo'), home('DuckDuckGo')]],
  ['www.bing.com', [...engine('/search', ' - Bing'), home('Bing')]],
  ['sa.api.intl.miui.com', [collects('/sa'), configures('/config/Android.conf')]],
  ['start.duckduckgo.com', [home('DuckDuckGo')]],
  ['example.org', [home('Example Domain')]],
  ...INVENTED,
  ...MAKER,
  ...MAGAZINE,
  ...SERVICES,
]);

/** A search engine: a page of results that names what was asked, with an image and a script of its own. */
function engine(path: string, after: string): Route[] {
  return [
    ({ method, path: asked, query }) => {
      const words = query.get('q');
      return method === 'GET' && asked === path && words !== null
        ? html(results(words, after))
        : undefined;
    },
    ({ path: asked }) =>
      asked === '/logo.png' ? { status: 200, type: 'image/png', body: image() } : undefined,
    ({ path: asked }) =>
      asked === '/results.js'
        ? { status: 200, type: 'text/javascript', body: script() }
        : undefined,
  ];
}

function home(title: string): Route {
  return ({ method, path }) => (method === 'GET' && path === '/' ? html(page(title)) : undefined);
}

/** A collector's front door: takes everything, and says so. */
function collects(path: string): Route {
  return ({ method, path: asked }) =>
    method === 'POST' && asked === path
      ? { status: 200, type: 'application/json', body: '{"code":0}' }
      : undefined;
}

/** Remote configuration: the version, unless the asker has it already. */
function configures(path: string): Route {
  const version = '1.0';
  return ({ method, path: asked, query }) => {
    if (method !== 'GET' || asked !== path) return undefined;
    if (query.get('v') === version) return { status: 304 };
    const body = JSON.stringify({ v: version, configs: { disableSDK: false, autoTrackMode: -1 } });
    return { status: 200, type: 'application/json', body };
  };
}

function html(body: string): Answer {
  return { status: 200, type: 'text/html; charset=utf-8', body };
}

function moved(to: string): Answer {
  return { status: 301, headers: { location: to } };
}
