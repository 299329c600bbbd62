import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Capture, CaptureSink } from '../../harness/gather/tap/tap.ts';
import { openTap } from '../../harness/gather/tap/open.ts';
import { systemClock } from '../../harness/lib/clock.ts';
import { openArchive } from '../../harness/record/archive.ts';
import type { Body } from '../../harness/record/exchange.ts';

/*
 * node bench/capture/tapped.ts FOLDER PROXY ROOT_FILE
 * Our tap with a real archive behind it, as in a run: a new trial begins every so many lines or bytes. Writes its CA
 * to FOLDER/ca.pem and prints its port; ends its last trial on SIGTERM.
 */
const LINES = 10_000;
const BYTES = 128 * 2 ** 20;
const [folder = '', proxy = '', root = ''] = process.argv.slice(2);
const archive = await openArchive(join(folder, 'run'));
await using tap = await openTap({
  device: 'bench',
  world: { proxy, root, site: { cert: join(folder, 'site.pem'), key: join(folder, 'site.key') } },
  clock: systemClock(),
});
await writeFile(join(folder, 'ca.pem'), tap.caPem);

let trials = 0;
let turning: Promise<Capture> = next();
await turning;
const ended = once(process, 'SIGTERM');
process.stdout.write(`${String(tap.port)}\n`);
await ended;
await (await turning).finish();

/** Bytes of a body that stands in its line; larger ones are counted as they are written. */
function inline(body: Body | null): number {
  return body !== null && 'base64' in body ? body.base64.length * 0.75 : 0;
}

async function next(): Promise<Capture> {
  trials += 1;
  const into = await archive.trial(`bench-${String(trials)}`);
  let [lines, bytes] = [0, 0];
  const count = (more: number): void => {
    bytes += more;
    if (lines > LINES || bytes > BYTES) {
      [lines, bytes] = [-Infinity, -Infinity];
      turning = turning.then(next);
    }
  };
  const sink: CaptureSink = {
    packets: into.packets,
    exchange: (line) => {
      lines += 1;
      count(inline(line.requestBody) + inline(line.responseBody));
      return into.exchange(line);
    },
    spool: () => {
      const spool = into.spool();
      return {
        write: (piece) => {
          count(piece.length);
          return spool.write(piece);
        },
        close: () => spool.close(),
      };
    },
  };
  return await tap.capture(sink);
}
