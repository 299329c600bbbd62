import { availableParallelism } from 'node:os';
import { Fault } from '../../lib/fault.ts';
import { exists, readText, sizeOf } from '../../record/disk.ts';
import { readCanaries } from '../detect/canaries.ts';
import { readKeys } from '../detect/keys.ts';
import { findingsIn } from '../detect/findings.ts';
import type { ExitCode } from '../exit-code.ts';
import { EXIT } from '../exit-code.ts';
import { printFindings } from '../print/sightings.ts';
import type { Output } from '../terminal.ts';

/** `leaklab detect <capture> --canaries <file>`: searches any capture, whoever made it; stands alone. */
export async function detectCommand(
  request: {
    readonly capture: string;
    readonly canaries: string;
    readonly salts: string | null;
    readonly keys: string | null;
    readonly json: boolean;
    readonly explain: boolean;
  },
  { output, env, signal }: { output: Output; env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<ExitCode> {
  for (const path of [request.capture, request.canaries, request.salts, request.keys]) {
    if (path !== null && (await exists(`${path}/.`))) throw aFolder(path);
  }
  const canaries = await readCanaries(request.canaries);
  const salts = request.salts === null ? [] : await readSalts(request.salts);
  const keys = request.keys === null ? [] : await readKeys(request.keys);
  const { explain, json } = request;
  const size = await sizeOf(request.capture);
  // Starting a thread costs as much as searching a megabyte.
  const threads = size < WORTH_THREADS ? 1 : availableParallelism();
  const findings = await findingsIn(request.capture, canaries, {
    salts,
    keys,
    explain,
    threads,
    signal,
  });
  if (json) {
    const { exchanges: _, ...document } = findings;
    output.write(`${JSON.stringify(document)}\n`);
  } else printFindings(findings, canaries.length, output, env);
  return EXIT.judged;
}

function aFolder(path: string): Fault {
  return new Fault('a-folder', `${path} is a folder`, 'Name the file in it.');
}

/** One salt a line. */
async function readSalts(path: string): Promise<string[]> {
  const text = await readText(path);
  if (text === null)
    throw new Fault('no-such-file', `there is no file ${path}`, 'Write one salt a line.');
  const salts = text.split(/\r?\n/).filter((line) => line !== '');
  if (salts.length <= MOST_SALTS) return salts;
  throw new Fault(
    'too-many-salts',
    `${path} holds ${salts.length} salts`,
    `Give at most ${MOST_SALTS}.`,
  );
}

const MOST_SALTS = 100;
const WORTH_THREADS = 8 * 2 ** 20;
