import { dirname, join } from 'node:path';
import { Fault, messageOf } from '../../lib/fault.ts';
import { chunksOf, exists, readBytes } from '../disk.ts';
import type { Body, Exchange } from '../exchange.ts';
import { exchangeSchema } from '../exchange.ts';
import { exchangesOfEntry } from './har.ts';
import type { Piece } from './pieces.ts';
import { entriesOfHar, linesOfBytes } from './pieces.ts';

/** A line of `exchanges.jsonl` or an entry of a HAR, numbered from 0; `why` says that it could not be read. */
export interface Captured {
  readonly index: number;
  readonly exchanges: readonly Exchange[];
  readonly why: string | null;
}

/**
 * Reads a capture of either kind, one exchange after the other, in flat memory. One bad line or entry is told and
 * passed over; Faults for what is no capture at all.
 */
export async function* readCapture(path: string): AsyncGenerator<Captured> {
  if (!(await exists(path))) {
    throw new Fault(
      'no-such-capture',
      `there is no file ${path}`,
      'Name a HAR 1.2 file or an exchanges.jsonl.',
    );
  }
  const har = await isHar(path);
  const pieces = har ? entriesOfHar(chunksOf(path), path) : linesOfBytes(chunksOf(path));
  let read = 0;
  let first: string | null = null;
  for await (const piece of pieces) {
    if (piece.bytes !== null && piece.bytes.every((byte) => byte <= 0x20)) continue;
    const captured = har ? entry(piece) : line(piece);
    if (captured.why === null) read++;
    else first ??= captured.why;
    // A file of which not even the beginning can be read is something else.
    if (!har && read === 0 && captured.why !== null && captured.index >= 20) break;
    yield captured;
  }
  if (har || read > 0) return;
  throw new Fault(
    'not-a-capture',
    first === null
      ? `${path} holds no exchange`
      : `${path} holds no exchange that can be read: ${first}`,
    'Give a HAR 1.2 file, or an exchanges.jsonl with one JSON object a line.',
  );
}

/** Reads bodies that stand in blobs: beside the capture, or in the run that it belongs to. */
export function blobsBeside(path: string): (body: Body) => Promise<Buffer | null> {
  const folders = ['blobs', '../blobs', '../../blobs'].map((one) => join(dirname(path), one));
  return async (body) => {
    if ('base64' in body) return Buffer.from(body.base64, 'base64');
    if (!/^[0-9a-f]{64}$/.test(body.sha256)) return null;
    for (const folder of folders) {
      const blob = join(folder, body.sha256);
      if (await exists(blob)) return await readBytes(blob);
    }
    return null;
  };
}

async function isHar(path: string): Promise<boolean> {
  if (/\.har$/i.test(path)) return true;
  for await (const chunk of chunksOf(path)) {
    return /^(?:\xef\xbb\xbf)?\s*\{\s*"log"\s*:/.test(chunk.toString('latin1', 0, 4096));
  }
  return false;
}

function entry(piece: Piece): Captured {
  return parsed(piece, (json) => {
    const exchanges = exchangesOfEntry(json);
    if (exchanges === null) throw new Error('no request in it');
    return exchanges;
  });
}

function line(piece: Piece): Captured {
  return parsed(piece, (json) => {
    const exchange = exchangeSchema.safeParse(json);
    if (exchange.success) return [exchange.data];
    const [issue] = exchange.error.issues;
    throw new Error(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not an exchange'}`);
  });
}

function parsed({ index, bytes, end }: Piece, read: (json: unknown) => Exchange[]): Captured {
  try {
    if (end !== undefined) throw new Error(`the file ends ${end}`);
    if (bytes === null) throw new Error('longer than can be read');
    const json: unknown = JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, ''));
    return { index, exchanges: read(json), why: null };
  } catch (error) {
    return { index, exchanges: [], why: messageOf(error).slice(0, 200) };
  }
}
