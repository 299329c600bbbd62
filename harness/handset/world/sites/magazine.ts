import type { Answer, Route } from './route.ts';
import { image } from './pages.ts';

/**
 * A small magazine to read, with what the pages of the real web are made of: parts and a frame from other parties, an
 * picture that has moved twice, a worker that answers in the server's place, and a file to keep. Its stories say so in their
 * titles once their parts have come. One page looks for doors in its reader's own network, as shops have done.
 */
export const MAGAZINE: readonly (readonly [host: string, routes: readonly Route[]])[] = [
  [
    'magazine.example',
    [
      page('/', 'Magazine', '<ul><li><a href="/story">A story</a></li></ul>'),
      page(
        '/story',
        'Loading',
        `<link rel="stylesheet" href="https://parts.example/plain.css">
<img src="https://parts.example/photo.png" alt="" width="1" height="1">
<img src="/old.png" alt="" width="1" height="1">
<iframe src="https://frames.example/box" title="a box"></iframe>
<script>
  fetch('/items.json').then((got) => got.json()).then(({ items }) => {
    document.title = 'A story with ' + items + ' items';
  });
</script>`,
      ),
      only('/items.json', { status: 200, type: 'application/json', body: '{"items":3}' }),
      moved('/old.png', 302, 'https://magazine.example/older.png'),
      moved('/older.png', 301, 'https://parts.example/moved.png'),
      page('/keep', 'A file to keep', '<iframe src="/report.bin" title="the file"></iframe>'),
      page(
        '/worker',
        'Waiting for the worker',
        `<script>
  const asked = async () => (await fetch('/by-worker')).text();
  navigator.serviceWorker.register('/worker.js')
    .then(() => navigator.serviceWorker.ready)
    .then((ready) => ready.active.state === 'activated' ? null : new Promise((done) => {
      ready.active.onstatechange = () => ready.active.state === 'activated' && done();
    }))
    .then(asked).then((text) => { document.title = text; });
</script>`,
      ),
      page(
        '/doors',
        'Looking for doors',
        `<script>
  const knocked = (thing) => new Promise((done) => { thing.onerror = thing.onload = thing.onclose = done; });
  const picture = (src) => { const one = new Image(); one.src = src; return knocked(one); };
  Promise.all([
    picture('http://192.168.1.1:8080/logo.png'),
    picture('http://127.0.0.1:5037/logo.png'),
    picture('http://[::ffff:10.0.0.1]/logo.png'),
    knocked(new WebSocket('ws://127.0.0.1:5900/')),
  ]).then(() => { document.title = 'Knocked at every door'; });
</script>`,
      ),
      only('/worker.js', {
        status: 200,
        type: 'text/javascript',
        body: `self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  if (new URL(event.request.url).pathname === '/by-worker') {
    event.respondWith(new Response('Answered by the worker'));
  }
});
`,
      }),
      only('/by-worker', { status: 200, type: 'text/plain', body: 'Answered by the server' }),
      only('/report.bin', {
        status: 200,
        type: 'application/octet-stream',
        headers: { 'content-disposition': 'attachment; filename="report.bin"' },
        body: Buffer.alloc(100_000, 'leaklab '),
      }),
    ],
  ],
  [
    'parts.example',
    [
      only('/plain.css', { status: 200, type: 'text/css', body: 'body { margin: 2em; }\n' }),
      only('/photo.png', { status: 200, type: 'image/png', body: image() }),
      only('/moved.png', { status: 200, type: 'image/png', body: image() }),
    ],
  ],
  ['frames.example', [page('/box', 'A box', '<p>Somebody else&#39;s words.</p>')]],
];

function page(path: string, title: string, body: string): Route {
  const text = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
<body><h1>${title}</h1>
${body}
</body></html>
`;
  return only(path, { status: 200, type: 'text/html; charset=utf-8', body: text });
}

function moved(path: string, status: 301 | 302, to: string): Route {
  return only(path, { status, headers: { location: to } });
}

function only(path: string, answer: Answer): Route {
  return (asked) => (asked.method === 'GET' && asked.path === path ? answer : undefined);
}
