import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The handset's and the world's only way to this machine's disk: profiles in, certificates and logs out. */
export async function readText(path: string): Promise<string> {
  return await readFile(path, 'utf8');
}

/** Name without the ending → path, for all files in a folder and those below it that end so; sorted. */
export async function filesIn(
  folder: string,
  ending: string,
): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
      .map((entry): [string, string] => [
        entry.name.slice(0, -ending.length),
        join(entry.parentPath, entry.name),
      ])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

export function writeText(path: string, text: string): void {
  writeFileSync(path, text);
}

/** Takes a socket's name off the disk, and nothing that is no socket. */
export function removeSocket(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) unlinkSync(path);
}

export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true });
}

/** Readable by its owner only, also where the file was there before: keys. */
export function writePrivate(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
  chmodSync(path, 0o600);
}

/** A log; each line is with the kernel before the call returns, so a killed program loses none. */
export function lineLog(path: string): (line: string) => void {
  writeFileSync(path, '');
  return (line) => {
    appendFileSync(path, line);
  };
}

/** A folder of our own that ends with its holder. */
export async function scratchFolder(prefix: string): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await rm(path, { recursive: true, force: true });
    },
  };
}
