import type { FileFacts } from '../../phone/storage/files.ts';

/** Four letters and a number: the shape of every short sync message. */
export function tagged(tag: string, value: number): Buffer {
  const message = Buffer.alloc(8);
  message.write(tag, 'latin1');
  message.writeUInt32LE(value, 4);
  return message;
}

/** The 16 bytes of the first generation; zeros for what is not there. */
export function stat(tag: string, facts: FileFacts | undefined): Buffer {
  const message = Buffer.alloc(16);
  message.write(tag, 'latin1');
  message.writeUInt32LE(facts?.mode ?? 0, 4);
  message.writeUInt32LE(facts?.size ?? 0, 8);
  message.writeUInt32LE(facts?.mtime ?? 0, 12);
  return message;
}

/** The 72 bytes of the second: tag, error, dev, ino, mode, nlink, uid, gid, size, atime, mtime, ctime. */
export function stat2(tag: string, facts: FileFacts | undefined): Buffer {
  const message = Buffer.alloc(72);
  message.write(tag, 'latin1');
  if (!facts) {
    message.writeUInt32LE(ENOENT, 4);
    return message;
  }
  message.writeBigUInt64LE(64n, 8);
  message.writeBigUInt64LE(BigInt(facts.inode), 16);
  message.writeUInt32LE(facts.mode, 24);
  message.writeUInt32LE(1, 28);
  message.writeBigUInt64LE(BigInt(facts.size), 40);
  for (const at of [48, 56, 64]) message.writeBigInt64LE(BigInt(facts.mtime), at);
  return message;
}

const ENOENT = 2;

/** One name in a listing: its facts, the name's length, the name. */
export function entry(tag: 'DENT' | 'DNT2', facts: FileFacts | undefined, name: string): Buffer {
  const bytes = Buffer.from(name);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([tag === 'DENT' ? stat(tag, facts) : stat2(tag, facts), length, bytes]);
}

/** What ends a listing: DONE, as long as an entry (20 or 76 bytes), else `adb ls` waits for ever. */
export function endOfList(tag: 'DENT' | 'DNT2'): Buffer {
  const message = Buffer.alloc(tag === 'DENT' ? 20 : 76);
  message.write('DONE', 'latin1');
  return message;
}
