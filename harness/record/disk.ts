import { createReadStream } from 'node:fs';
import {
  access,
  appendFile,
  chmod,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  symlink,
  truncate,
} from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Fault } from '../lib/fault.ts';

/** Appends one line and returns when it is on the disk itself: what a run may build on. */
export async function appendLine(path: string, line: string): Promise<void> {
  await guarded(path, async () => {
    await using file = await open(path, 'a', 0o600);
    await file.appendFile(`${line}\n`);
    await file.datasync();
  });
}

/** Appends one line without waiting for the disk: for what `settle` is called on before anybody builds on it. */
export async function appendSoon(path: string, line: string): Promise<void> {
  await guarded(path, async () => {
    await appendFile(path, `${line}\n`, { mode: 0o600 });
  });
}

/** Returns when everything appended to the file is on the disk itself; makes it when nothing was. */
export async function settle(path: string): Promise<void> {
  await guarded(path, async () => {
    await using file = await open(path, 'a', 0o600);
    await file.datasync();
  });
}

/** Writes a whole file so that a reader sees the old one or the new one, never half of it. */
export async function writeWhole(path: string, content: string | Buffer): Promise<void> {
  await guarded(path, async () => {
    const part = `${path}.part`;
    {
      await using file = await open(part, 'w', 0o600);
      await file.writeFile(content);
      await file.datasync();
    }
    await rename(part, path);
  });
}

/** A script of ours that another program is to start. */
export async function writeProgram(path: string, script: string): Promise<void> {
  await writeWhole(path, script);
  await guarded(path, () => chmod(path, 0o700));
}

/** Makes `path` lead to `target`; one that leads somewhere already is left as it is. */
export async function linkTo(target: string, path: string): Promise<void> {
  await guarded(path, async () => {
    await symlink(target, path).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  });
}

/** Takes a torn tail off an append-only file before anything is written after it. */
export async function cutTo(path: string, bytes: number): Promise<void> {
  await guarded(path, async () => {
    await truncate(path, bytes);
  });
}

export async function makeFolder(path: string): Promise<void> {
  await guarded(path, async () => {
    await mkdir(path, { recursive: true, mode: 0o700 });
  });
}

export function readBytes(path: string): Promise<Buffer> {
  return readFile(path);
}

/** The whole text, or null when there is no such file. */
export async function readText(path: string): Promise<string | null> {
  return (await exists(path)) ? await readFile(path, 'utf8') : null;
}

export async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

/** Names in a folder, sorted; none when it does not exist. */
export async function namesIn(path: string): Promise<string[]> {
  return (await exists(path)) ? (await readdir(path)).sort() : [];
}

/** Line by line, without holding the file; nothing when it does not exist. A torn last line is given as it is. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  if (!(await exists(path))) return;
  for await (const line of createInterface({
    input: createReadStream(path),
    crlfDelay: Infinity,
  })) {
    if (line !== '') yield line;
  }
}

/** A disk that is full, or a folder that is not ours, is the person's to mend. */
async function guarded(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const advice = typeof code === 'string' ? ADVICE.get(code) : undefined;
    if (advice === undefined) throw error;
    throw new Fault('disk', `cannot write ${path} (${String(code)})`, advice, { cause: error });
  }
}

const ADVICE: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'Free some space; every finished trial is kept: go on with --resume.'],
  ['EDQUOT', 'Raise the disk quota; every finished trial is kept: go on with --resume.'],
  ['EROFS', 'Run from a folder that can be written to.'],
  ['EACCES', 'Make the results folder yours, or run from a folder that is.'],
]);
