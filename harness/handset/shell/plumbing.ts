import { PassThrough } from 'node:stream';
import type { Files } from '../phone/storage/files.ts';
import { FileError } from '../phone/storage/files.ts';
import type { Phone } from '../phone/phone.ts';
import { readFile } from '../phone/storage/proc.ts';
import { writeRefusal } from '../phone/rights.ts';
import type { Redirect } from './language/parse.ts';
import type { Session, Sink, Streams } from './tool.ts';

/** Joins one program's output to the next one's input. */
export function pipe(): {
  readonly sink: Sink;
  readonly source: AsyncIterable<Buffer>;
  end(): void;
} {
  const through = new PassThrough();
  const write = (data: string | Buffer): Promise<void> => {
    if (through.writableEnded || through.write(data)) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const go = (): void => {
      resolve(undefined);
    };
    through.once('drain', go).once('finish', go).once('close', go);
    return promise.then(() => undefined);
  };
  const end = (): void => {
    through.end();
  };
  return { sink: { write }, source: through.iterator({ destroyOnReturn: false }), end };
}

/** The streams after `>`, `>>`, `<` and `2>&1` in their order; a text is mksh's complaint about a file. */
export function redirected(
  phone: Phone,
  session: Session,
  redirects: readonly Redirect[],
  targets: readonly string[],
  streams: Streams,
): { readonly streams: Streams; finish(): void } | string {
  const outputs = new Map<number, Sink>([
    [1, streams.stdout],
    [2, streams.stderr],
  ]);
  let { stdin } = streams;
  const finishers: (() => void)[] = [];
  for (const [index, { from, how }] of redirects.entries()) {
    const target = targets[index] ?? '';
    const path = target.startsWith('/') ? target : `${session.folder}/${target}`;
    if (how === '>&') {
      const copied = outputs.get(Number(target));
      if (copied) outputs.set(from, copied);
    } else if (path === '/dev/null' || path === '/dev/zero') {
      if (how === '<') stdin = bytesOf();
      else outputs.set(from, { write: () => Promise.resolve() });
    } else if (how === '<') {
      const content = contentOf(phone, path);
      if (!content) return `can't open ${target}: No such file or directory`;
      stdin = bytesOf(content);
    } else {
      const refusal =
        writeRefusal(phone.files, path, session.user) ?? folderRefusal(phone.files, path);
      if (refusal !== undefined) return `can't create ${target}: ${refusal}`;
      const file = fileSink(phone.files, path, how === '>>');
      outputs.set(from, file);
      finishers.push(file.finish);
    }
  }
  const stdout = outputs.get(1) ?? streams.stdout;
  const stderr = outputs.get(2) ?? streams.stderr;
  const finish = (): void => {
    for (const finisher of finishers) finisher();
  };
  return { streams: { ...streams, stdin, stdout, stderr }, finish };
}

/** Collects, and writes when the program ends. The file is there, empty, from the start. */
function fileSink(files: Files, path: string, append: boolean): Sink & { finish(): void } {
  const held: Buffer[] = [];
  if (!append || !files.exists(path)) files.write(path, '');
  return {
    write: (data) => {
      held.push(Buffer.from(data));
      return Promise.resolve();
    },
    finish: () => {
      files.append(path, Buffer.concat(held));
    },
  };
}

function folderRefusal(files: Files, path: string): string | undefined {
  if (files.stat(path)?.folder) return 'Is a directory';
  return files.stat(`${path}/..`)?.folder ? undefined : 'No such file or directory';
}

function contentOf(phone: Phone, path: string): Buffer | undefined {
  try {
    return readFile(phone, path);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/** Input that is there already. */
export async function* bytesOf(...contents: readonly Buffer[]): AsyncGenerator<Buffer, undefined> {
  yield* contents;
  return undefined;
}

/** The paths that a pattern such as `/system/*.0` names: at most one folder level has wildcards in each step. */
export function pathsLike(
  files: Files,
  folder: string,
  pattern: RegExp,
  spelled: string,
): string[] {
  const absolute = spelled.startsWith('/');
  const parts = spelled.split('/');
  let found = [absolute ? '' : folder];
  const prefix = absolute ? '' : `${folder}/`;
  for (const [depth, part] of parts.entries()) {
    if (depth === 0 && absolute) continue;
    found = found.flatMap((base) => {
      if (!/[*?]/.test(part)) return files.exists(`${base}/${part}`) ? [`${base}/${part}`] : [];
      if (!files.stat(base === '' ? '/' : base)?.folder) return [];
      const hidden = part.startsWith('.');
      const names = files
        .list(base === '' ? '/' : base)
        .filter((name) => hidden || !name.startsWith('.'));
      return names.map((name) => `${base}/${name}`);
    });
  }
  return found.map((path) => path.slice(prefix.length)).filter((path) => pattern.test(path));
}
