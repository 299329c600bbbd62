import type { AdbStream } from '../stream.ts';
import { FileError } from '../../phone/storage/files.ts';
import type { Phone } from '../../phone/phone.ts';
import { readFile } from '../../phone/storage/proc.ts';
import { writeRefusal } from '../../phone/rights.ts';
import { ByteReader } from './bytes.ts';
import type { Service } from './service.ts';
import { endOfList, entry, stat, stat2, tagged } from './stat.ts';

/**
 * File transfer as AOSP's `SYNC.TXT` and `file_sync_protocol.h` lay it down, both generations: the adb program
 * uses STA2/LST2/LIS2, adbkit STAT/LIST. Ends at QUIT, at the end of the stream, or at a request it cannot follow.
 */
export const syncService: Service =
  (_argument, { phone }) =>
  (stream) => {
    void serve(phone, stream)
      .catch((error: unknown) => {
        phone.trace.record({ kind: 'service', what: `sync: ${String(error)}`, known: false });
      })
      .finally(() => stream.end());
  };

async function serve(phone: Phone, stream: AdbStream): Promise<void> {
  const reader = new ByteReader(stream.iterator({ destroyOnReturn: false }));
  for (;;) {
    const head = await reader.take(8);
    if (!head) return;
    const id = head.toString('latin1', 0, 4);
    const length = head.readUInt32LE(4);
    if (id === 'QUIT') return;
    const answer = REQUESTS.get(id);
    const body = answer && length <= LONGEST_PATH ? await reader.take(length) : undefined;
    if (!answer || !body) {
      phone.trace.record({ kind: 'service', what: `sync: ${id}`, known: false });
      return;
    }
    phone.trace.record({ kind: 'service', what: `sync: ${id} ${body.toString()}`, known: true });
    stream.write(await answer(phone, body.toString('utf8'), reader));
  }
}

type Answer = (phone: Phone, body: string, reader: ByteReader) => Buffer | Promise<Buffer>;

const REQUESTS = new Map<string, Answer>([
  ['STAT', (phone, path) => stat('STAT', phone.files.stat(path))],
  ['STA2', (phone, path) => stat2('STA2', phone.files.stat(path))],
  ['LST2', (phone, path) => stat2('LST2', phone.files.stat(path))],
  ['LIST', (phone, path) => list(phone, path, 'DENT')],
  ['LIS2', (phone, path) => list(phone, path, 'DNT2')],
  ['SEND', send],
  ['RECV', receive],
]);

const LONGEST_PATH = 4096;

const LARGEST_FILE = 512 * 2 ** 20;

const BLOCK = 64 * 2 ** 10;

function list(phone: Phone, path: string, tag: 'DENT' | 'DNT2'): Buffer {
  const { files } = phone;
  const names = files.stat(path)?.folder ? ['.', '..', ...files.list(path)] : [];
  const entries = names.map((name) => entry(tag, files.stat(`${path}/${name}`), name));
  return Buffer.concat([...entries, endOfList(tag)]);
}

/** `path,mode`, then DATA blocks, then DONE with the time of change. */
async function send(phone: Phone, body: string, reader: ByteReader): Promise<Buffer> {
  const comma = body.lastIndexOf(',');
  const path = body.slice(0, comma);
  const mode = Number.parseInt(body.slice(comma + 1), 10) & 0o777;
  const blocks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const head = await reader.take(8);
    const id = head?.toString('latin1', 0, 4);
    const value = head?.readUInt32LE(4) ?? 0;
    if (id === 'DONE') return written(phone, path, Buffer.concat(blocks), { mode, mtime: value });
    const block = id === 'DATA' && value <= BLOCK ? await reader.take(value) : undefined;
    if (!block) return failure('unexpected end of data');
    size += block.length;
    if (size <= LARGEST_FILE) blocks.push(Buffer.from(block));
    else blocks.length = 0;
  }
}

function written(
  phone: Phone,
  path: string,
  content: Buffer,
  as: { mode: number; mtime: number },
): Buffer {
  const refusal = writeRefusal(phone.files, path, 'shell');
  if (refusal !== undefined) return failure(`couldn't create file: ${refusal}`);
  try {
    phone.files.write(path, content, as);
  } catch (error) {
    if (error instanceof FileError) return failure(`couldn't create file: ${error.message}`);
    throw error;
  }
  return tagged('OKAY', 0);
}

function receive(phone: Phone, path: string): Buffer {
  try {
    const content = readFile(phone, path);
    const pieces: Buffer[] = [];
    for (let at = 0; at < content.length; at += BLOCK) {
      const block = content.subarray(at, at + BLOCK);
      pieces.push(tagged('DATA', block.length), block);
    }
    return Buffer.concat([...pieces, tagged('DONE', 0)]);
  } catch (error) {
    if (error instanceof FileError) return failure(`open failed: ${error.message}`);
    throw error;
  }
}

function failure(text: string): Buffer {
  return Buffer.concat([tagged('FAIL', Buffer.byteLength(text)), Buffer.from(text)]);
}
