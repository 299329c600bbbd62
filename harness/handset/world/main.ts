import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../lib/clock.ts';
import { lineLog, makeFolder, writePrivate, writeText } from '../disk.ts';
import { makeRoot } from './root.ts';
import { HOSTS } from './sites/hosts.ts';
import { startWorld } from './world.ts';

/*
 * node harness/handset/world/main.ts --directory DIR [--site DOMAIN …]
 * Prints one line of JSON when it is ready, logs what it receives to DIR/received.jsonl, ends on SIGTERM.
 */
const { values } = parseArgs({
  options: { directory: { type: 'string' }, site: { type: 'string', multiple: true, default: [] } },
});
if (values.directory === undefined) throw new Error('--directory is missing');
const directory = resolve(values.directory);
const ended = Promise.race(
  // A terminal's Ctrl-C reaches us too when a run started us; the run still needs us then, and ends us itself.
  (process.stdin.isTTY ? ['SIGTERM', 'SIGINT'] : ['SIGTERM']).map((signal) =>
    once(process, signal),
  ),
);
if (!process.stdin.isTTY) process.on('SIGINT', () => undefined);

makeFolder(directory);
const clock = systemClock();
const root = await makeRoot(clock.now());
const [first = 'example.org', ...others] = HOSTS.keys();
const leaf = await root.certify([first, ...others]);
// What a lab would buy for its own site: for phones that believe nobody but the authorities they came with.
const site = await root.certify([
  'leaklab.test',
  '*.leaklab.test',
  '*.beacon.leaklab.test',
  '*.visited.leaklab.test',
  ...values.site.flatMap((domain) => [`*.${domain}`, `*.beacon.${domain}`]),
]);
const paths = {
  root: join(directory, 'root.pem'),
  cert: join(directory, 'site.pem'),
  key: join(directory, 'site.key'),
};
writeText(paths.root, root.cert);
writeText(paths.cert, site.cert);
writePrivate(paths.key, site.key);

const log = lineLog(join(directory, 'received.jsonl'));
await using world = await startWorld({
  leaf,
  now: () => clock.now(),
  received: (line) => log(`${JSON.stringify(line)}\n`),
});
const proxy = `http://127.0.0.1:${String(world.port)}`;
const ready = {
  ready: true,
  proxy,
  past: world.past,
  root: paths.root,
  site: { cert: paths.cert, key: paths.key },
};
process.stdout.write(`${JSON.stringify(ready)}\n`);
await ended;
