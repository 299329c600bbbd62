import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import {
  access,
  appendFile,
  chmod,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  stat,
} from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../lib/fault.ts';

/** Appends one line and returns when it is on the disk itself: what a run may build on. */
export async function appendLine(path: string, line: string): Promise<void> {
  await guarded(path, async () => {
    await using file = await open(path, 'a', 0o600);
    await file.appendFile(`${line}\n`);
    await file.datasync();
  });
}

/** Lines on their way to a file, in the order in which they were given. */
export interface LineLog {
  /** Resolves when the line is written, with others that came meanwhile; `settle` puts all of them on the disk itself. */
  append(line: string): Promise<void>;
}

export function lineLog(path: string): LineLog {
  let waiting: string[] = [];
  let file: FileHandle | null = null;
  let writing: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    const lines = waiting;
    waiting = [];
    if (lines.length === 0) return;
    await guarded(path, async () => {
      try {
        file ??= await open(path, 'a', 0o600);
        await file.appendFile(lines.join(''));
      } finally {
        // Held open only as long as lines come: whoever gives a log up has nothing to close.
        if (waiting.length === 0) {
          const done = file;
          file = null;
          await done?.close();
        }
      }
    });
  };
  return {
    append: (line) => {
      waiting.push(`${line}\n`);
      // After a write that failed nothing more is written: half a file with a hole in it would be worse.
      writing = writing.then(flush);
      writing.catch(() => undefined);
      return writing;
    },
  };
}

/** A whole file in lines, so many that memory need not hold them: a reader sees the old one or the new one. */
export function linesWhole(path: string): {
  append(line: string): Promise<void>;
  close(): Promise<void>;
} {
  const part = `${path}.part`;
  let waiting: string[] = [];
  let begun = false;
  const flush = async (): Promise<void> => {
    const text = waiting.join('');
    waiting = [];
    await guarded(part, async () => {
      await using file = await open(part, begun ? 'a' : 'w', 0o600);
      begun = true;
      await file.appendFile(text);
    });
  };
  return {
    append: async (line) => {
      waiting.push(`${line}\n`);
      if (waiting.length >= 1000) await flush();
    },
    close: async () => {
      await flush();
      await settle(part);
      await guarded(path, () => rename(part, path));
    },
  };
}

/** A file that is named after what is in it: written piece by piece, and there once it is whole. */
export interface Spooled {
  /** Resolves when the bytes need not be held any longer. Never rejects: what failed is said by `close`. */
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<{ sha256: string; bytes: number }>;
}

export function spoolInto(folder: string): Spooled {
  const part = join(folder, `${randomUUID()}.part`);
  const hash = createHash('sha256');
  let bytes = 0;
  let file: FileHandle | null = null;
  let waiting: Uint8Array[] = [];
  const failures: unknown[] = [];
  let writing: Promise<void> = Promise.resolve();

  // What came while the last pieces were being written is written together.
  const flush = async (): Promise<void> => {
    const pieces = waiting;
    waiting = [];
    if (pieces.length === 0 || failures.length > 0) return;
    try {
      await guarded(part, async () => {
        file ??= await open(part, 'wx', 0o600);
        await file.writev(pieces);
      });
    } catch (error) {
      failures.push(error);
    }
  };
  return {
    write: (piece) => {
      hash.update(piece);
      bytes += piece.length;
      waiting.push(piece);
      writing = writing.then(flush);
      return writing;
    },
    close: async () => {
      await writing;
      await using whole = file ?? undefined;
      if (failures.length > 0) {
        await rm(part, { force: true });
        throw failures[0];
      }
      const sha256 = hash.digest('hex');
      await guarded(part, async () => {
        await whole?.datasync();
        await rename(part, join(folder, sha256));
      });
      return { sha256, bytes };
    },
  };
}

/** SHA-256 of a file, read as a stream; that of nothing when there is none. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  if (await exists(path)) {
    for await (const chunk of createReadStream(path))
      if (Buffer.isBuffer(chunk)) hash.update(chunk);
  }
  return hash.digest('hex');
}

/** Appends bytes without waiting for the disk: for what `settle` is called on before anybody builds on it. */
export async function appendBytes(path: string, bytes: Buffer): Promise<void> {
  await guarded(path, async () => {
    await appendFile(path, bytes, { mode: 0o600 });
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

/** Bytes in a file; 0 when there is none. */
export async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
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

/**
 * Line by line, without holding the file; nothing when it does not exist. A torn last line is given as it is. Only a
 * line feed ends a line: Node's own reader also breaks at U+2028, which JSON leaves in a phone's words as it is.
 */
export async function* linesOf(
  path: string,
  hear: (chunk: Buffer) => void = () => undefined,
): AsyncGenerator<string> {
  if (!(await exists(path))) return;
  let begun: Buffer[] = [];
  for await (const chunk of createReadStream(path)) {
    if (!Buffer.isBuffer(chunk)) continue;
    hear(chunk);
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...begun, chunk.subarray(from, end)]).toString('utf8');
      begun = [];
      from = end + 1;
      if (line !== '') yield line;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
  }
  if (begun.length > 0) yield Buffer.concat(begun).toString('utf8');
}

/** A file in pieces of some 256 KiB, without holding it. */
export async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 18 })) {
    const piece: unknown = chunk;
    if (Buffer.isBuffer(piece)) yield piece;
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

/** What a line or file says; null where it is no JSON, as a half-written one is not. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
