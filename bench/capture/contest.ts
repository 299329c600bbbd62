import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Child } from '../../harness/lib/children.ts';
import { run, spawnChild } from '../../harness/lib/children.ts';
import { exists } from '../../harness/record/disk.ts';
import { heldBy } from '../how/processes.ts';

/** Something that requests go through. */
export interface Contestant extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** File of the root that its certificates stand on. */
  readonly ca: string;
}

export interface Load {
  readonly size: number;
  readonly lanes: number;
  readonly requests: number;
  readonly way: 'kept' | 'new' | 'h2';
}

const here = import.meta.dirname;

/** No tap: the proxy that the others have behind them. */
export async function openFar(workDir: string): Promise<Contestant> {
  const ca = join(workDir, 'world.pem');
  const child = await spawnChild(process.execPath, [join(here, 'far.ts'), ca]);
  return contestant('no tap', child, await firstNumber(child), ca);
}

export async function openOurs(folder: string, far: Contestant): Promise<Contestant> {
  await makeSite(folder);
  const proxy = `http://127.0.0.1:${String(far.port)}`;
  const child = await spawnChild(
    process.execPath,
    [join(here, 'tapped.ts'), folder, proxy, far.ca],
    {
      graceMs: 30_000,
    },
  );
  return contestant('our tap', child, await firstNumber(child), join(folder, 'ca.pem'));
}

/** Debian's mitmdump, writing everything down as we do; null where it is not installed. */
export async function openMitm(folder: string, far: Contestant): Promise<Contestant | null> {
  const version = await run('mitmdump', ['--version']).catch(() => null);
  if (version?.code !== 0) return null;
  await mkdir(folder);
  const port = await freePort();
  const child = await spawnChild('mitmdump', [
    ...['--quiet', '--listen-host', '127.0.0.1', '--listen-port', String(port)],
    ...[
      '--mode',
      `upstream:http://127.0.0.1:${String(far.port)}`,
      '--save-stream-file',
      join(folder, 'flows'),
    ],
    ...['--set', `confdir=${folder}`, '--set', `ssl_verify_upstream_trusted_ca=${far.ca}`],
  ]);
  const ca = join(folder, 'mitmproxy-ca-cert.pem');
  while (!(await exists(ca)) || !(await listens(port))) await delay(100);
  return contestant('mitmdump', child, port, ca);
}

/** Sends a load through one; `cpuMs` is what the contestant itself took of the processors for each request. */
export async function contest(
  one: Contestant,
  load: Load,
  first: number,
): Promise<{ rate: number; cpuMs: number; residentMB: number }> {
  const before = await heldBy(one.pid);
  const given = { ...load, proxy: one.port, ca: one.ca, first };
  const { code, stdout, stderr } = await run(
    process.execPath,
    [join(here, 'load.ts'), JSON.stringify(given)],
    { timeoutMs: 300_000 },
  );
  if (code !== 0) throw new Error(`the load through ${one.name} failed: ${stderr}`);
  const { ms, good } = z
    .object({ ms: z.number(), good: z.number() })
    .parse(JSON.parse(stdout.toString()));
  if (good !== load.requests) {
    throw new Error(`${one.name}: ${String(good)} of ${String(load.requests)} came back as asked`);
  }
  const after = await heldBy(one.pid);
  return {
    rate: (load.requests / ms) * 1000,
    cpuMs: ((after.processor - before.processor) * 1000) / load.requests,
    residentMB: after.resident,
  };
}

function contestant(name: string, child: Child, port: number, ca: string): Contestant {
  const { pid } = child;
  return { name, pid, port, ca, [Symbol.asyncDispose]: () => child[Symbol.asyncDispose]() };
}

async function firstNumber(child: Child): Promise<number> {
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-2000)));
  const line: unknown = await Promise.race([
    once(child.stdout, 'data').then((data) => String(data.at(0))),
    child.ended,
  ]);
  const port = Number(line);
  if (!(port > 0)) throw new Error(`a contestant did not start: ${said}`);
  return port;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

async function listens(port: number): Promise<boolean> {
  const { code } = await run('curl', ['--silent', `http://127.0.0.1:${String(port)}/`]);
  return code !== 7;
}

/** What the tap's own sites ask for; nobody visits them here. */
async function makeSite(folder: string): Promise<void> {
  const { code, stderr } = await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-keyout', join(folder, 'site.key'), '-out', join(folder, 'site.pem')],
    ...['-subj', '/CN=bench', '-days', '2'],
  ]);
  if (code !== 0) throw new Error(stderr);
}
