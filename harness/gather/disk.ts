import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { chown, mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** What the hands on a desktop browser need of this machine's disk: a home that is nobody else's, and its end. */

const PREFIX = 'leaklab-home-';

/** A new, empty folder under the system's temporary one, which `uid` alone may enter. Its path is never reused. */
export async function makeHome(owner: Owner): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), PREFIX));
  await chown(path, owner.uid, owner.gid);
  return path;
}

/** A number that the kernel tells in a file of its own, at once; 0 where there is none. */
export function kernelCount(path: string): number {
  try {
    return Number(readFileSync(path, 'latin1'));
  } catch {
    return 0;
  }
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** An empty folder of the owner's, whatever was there before, inside a home that `makeHome` made. */
export async function freshFolder(owner: Owner, home: string, name: string): Promise<string> {
  const path = join(ours(home), basename(name));
  await rm(path, { recursive: true, force: true, maxRetries: 10 });
  await mkdir(path, { mode: 0o700 });
  await chown(path, owner.uid, owner.gid);
  return path;
}

/** A text file of the owner's in a home; the folders on its way are made, and are the owner's as well. */
export async function freshFile(owner: Owner, path: string, content: string): Promise<void> {
  const folder = dirname(path);
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  const made = first === undefined ? [] : foldersFrom(first, folder);
  for (const one of made) await chown(one, owner.uid, owner.gid);
  await writeFor(owner, path, Buffer.from(content));
}

function foldersFrom(first: string, last: string): string[] {
  return last === first ? [last] : [...foldersFrom(first, dirname(last)), last];
}

/** Removes a home that `makeHome` made; any other path, from a damaged journal say, is refused. */
export async function removeHome(path: string): Promise<void> {
  // A browser that was killed may still be writing its last words.
  await rm(ours(path), { recursive: true, force: true, maxRetries: 10 });
}

function ours(path: string): string {
  if (dirname(path) === tmpdir() && basename(path).startsWith(PREFIX)) return path;
  throw new Error(`not a home of ours: ${path}`);
}

/** A file that `owner` alone may read. */
export async function writeFor(owner: Owner, path: string, content: Buffer): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
  await chown(path, owner.uid, owner.gid);
}

const known = new Map<string, string>();

/** SHA-256 of a file, hex; read again only where the file is another one than before. */
/** The permission bits of a file. */
export async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

export async function sha256Of(path: string): Promise<string> {
  const real = await realpath(path);
  const { ino, size, mtimeMs } = await stat(real);
  const version = [real, ino, size, mtimeMs].join(' ');
  const before = known.get(version);
  if (before !== undefined) return before;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(real)) {
    if (Buffer.isBuffer(chunk)) hash.update(chunk);
  }
  const sum = hash.digest('hex');
  known.set(version, sum);
  return sum;
}
