import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import {
  packetBlockBytes,
  putPacketBlock,
  sectionStart,
} from '../../harness/gather/tap/packets/writer.ts';
import { seeded } from '../../harness/lib/seed.ts';

/** What was written: what every reader of the file has to find in it. */
export interface Written {
  readonly packets: number;
  readonly wireBytes: number;
  readonly conversations: number;
}

const [FIN, SYN, RST, PSH, ACK] = [1, 2, 4, 8, 16];
/** What an Ethernet of 1,500 bytes leaves to TCP with time stamps. */
const SEGMENT = 1448;
const AT_ONCE = 24;
const FLUSH_BYTES = 2 ** 20;

/**
 * A pcapng file of at least so many packets as a browser makes them on the cable of a gateway: connections in TLS side by
 * side, one in four over IPv6, with full segments and an acknowledgement for two of them; before each a question for
 * a name. From a seed. Without checksums, as a network card leaves them to others.
 */
export async function writeTraffic(path: string, packets: number, seed: string): Promise<Written> {
  const chance = seeded('packets', seed);
  const noise = Buffer.from(chance.bytes(64 * 1024));
  await using file = await open(path, 'w');
  const out = output(file);
  out.add(sectionStart(1, 'bench0'));
  const open_: Iterator<Buffer>[] = [];
  let conversations = 0;
  let [count, wireBytes, at] = [0, 0, Date.UTC(2026, 0, 1)];
  while (count < packets || open_.length > 0) {
    if (open_.length < AT_ONCE && count < packets) {
      const kilobytes = 2 ** chance.integer(8);
      open_.push(conversation(conversations, kilobytes * 1024, noise));
      conversations += 1;
    }
    const which = chance.integer(open_.length);
    const next = open_[which]?.next();
    if (next?.done !== false) {
      open_.splice(which, 1);
      continue;
    }
    const frame = next.value;
    at += 0.05;
    const end = frame.length;
    const packet = { from: frame, start: 0, end, wireBytes: end, at, link: 1 };
    const block = Buffer.alloc(packetBlockBytes(packet));
    putPacketBlock(block, 0, packet);
    out.add(block);
    count += 1;
    wireBytes += frame.length;
    if (out.size > FLUSH_BYTES) await out.flush();
  }
  await out.flush();
  // A question and its answer are a conversation of their own.
  return { packets: count, wireBytes, conversations: conversations * 2 };
}

interface Ends {
  readonly six: boolean;
  readonly client: number;
  readonly port: number;
}

function* conversation(number: number, bytes: number, noise: Buffer): Generator<Buffer> {
  const ends = { six: number % 4 === 3, client: number, port: 1024 + (number % 60_000) };
  yield udp(ends, true, noise.subarray(0, 40));
  yield udp(ends, false, noise.subarray(0, 120));
  let [mine, theirs] = [1000 + number * 7919, 5000 + number * 104_729];
  const up = (flags: number, payload: Buffer): Buffer => {
    const frame = tcp(ends, true, [mine, theirs, flags], payload);
    mine += payload.length + (flags & (SYN | FIN) ? 1 : 0);
    return frame;
  };
  const down = (flags: number, payload: Buffer): Buffer => {
    const frame = tcp(ends, false, [theirs, mine, flags], payload);
    theirs += payload.length + (flags & (SYN | FIN) ? 1 : 0);
    return frame;
  };
  yield up(SYN, NONE);
  yield down(SYN | ACK, NONE);
  yield up(ACK, NONE);
  // ClientHello, the server's part, the client's end, a request.
  yield up(ACK | PSH, noise.subarray(0, 517));
  yield down(ACK, noise.subarray(0, SEGMENT));
  yield down(ACK | PSH, noise.subarray(0, 1200));
  yield up(ACK | PSH, noise.subarray(0, 80));
  yield up(ACK | PSH, noise.subarray(0, 600));
  for (let sent = 0, place = 0; sent < bytes; sent += SEGMENT, place += 1) {
    const start = (place * SEGMENT) % (noise.length - SEGMENT);
    yield down(ACK, noise.subarray(start, start + Math.min(SEGMENT, bytes - sent)));
    if (place % 2 === 1) yield up(ACK, NONE);
  }
  if (number % 10 === 0) {
    yield up(RST | ACK, NONE);
    return;
  }
  yield up(FIN | ACK, NONE);
  yield down(FIN | ACK, NONE);
  yield up(ACK, NONE);
}

const NONE = Buffer.alloc(0);

function tcp(
  ends: Ends,
  mine: boolean,
  [sequence, acknowledged, flags]: readonly [number, number, number],
  payload: Buffer,
): Buffer {
  const { frame, at } = headed(ends, mine, 6, 32 + payload.length);
  frame.writeUInt16BE(mine ? ends.port : 443, at);
  frame.writeUInt16BE(mine ? 443 : ends.port, at + 2);
  frame.writeUInt32BE(sequence >>> 0, at + 4);
  frame.writeUInt32BE(acknowledged >>> 0, at + 8);
  frame[at + 12] = 8 << 4;
  frame[at + 13] = flags;
  frame.writeUInt16BE(0xffff, at + 14);
  // Two no-operations and the time stamps.
  frame.writeUInt32BE(0x0101080a, at + 20);
  payload.copy(frame, at + 32);
  return frame;
}

function udp(ends: Ends, mine: boolean, payload: Buffer): Buffer {
  const { frame, at } = headed(ends, mine, 17, 8 + payload.length);
  frame.writeUInt16BE(mine ? ends.port : 53, at);
  frame.writeUInt16BE(mine ? 53 : ends.port, at + 2);
  frame.writeUInt16BE(8 + payload.length, at + 4);
  payload.copy(frame, at + 8);
  return frame;
}

/** Ethernet and IP before so many bytes of a protocol. */
function headed(
  { six, client }: Ends,
  mine: boolean,
  protocol: number,
  size: number,
): { frame: Buffer; at: number } {
  const at = six ? 54 : 34;
  const frame = Buffer.alloc(at + size);
  frame.writeUInt16BE(six ? 0x86dd : 0x0800, 12);
  const [from, to] = mine ? [client, 0] : [0, client];
  if (six) {
    frame[14] = 0x60;
    frame.writeUInt16BE(size, 18);
    frame[20] = protocol;
    frame[21] = 64;
    frame.writeUInt32BE(0x20010db8, 22);
    frame.writeUInt32BE(from, 34);
    frame.writeUInt32BE(0x20010db8, 38);
    frame.writeUInt32BE(to, 50);
  } else {
    frame[14] = 0x45;
    frame.writeUInt16BE(20 + size, 16);
    frame[22] = 64;
    frame[23] = protocol;
    frame.writeUInt32BE(0x0a000000 + from, 26);
    frame.writeUInt32BE(0x0a000000 + to, 30);
  }
  return { frame, at };
}

function output(file: FileHandle): {
  readonly size: number;
  add(bytes: Buffer): void;
  flush(): Promise<void>;
} {
  let pieces: Buffer[] = [];
  let size = 0;
  return {
    get size() {
      return size;
    },
    add: (bytes) => {
      pieces.push(bytes);
      size += bytes.length;
    },
    flush: async () => {
      await file.appendFile(Buffer.concat(pieces));
      [pieces, size] = [[], 0];
    },
  };
}
