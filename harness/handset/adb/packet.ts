/** One message of the adb protocol, as AOSP's `protocol.txt` lays it out: six little-endian words and a payload. */
export interface Packet {
  readonly command: Command;
  readonly arg0: number;
  readonly arg1: number;
  readonly payload: Buffer;
}

export type Command = keyof typeof COMMANDS;

const COMMANDS = {
  CNXN: 0x4e584e43,
  OPEN: 0x4e45504f,
  OKAY: 0x59414b4f,
  WRTE: 0x45545257,
  CLSE: 0x45534c43,
  AUTH: 0x48545541,
  STLS: 0x534c5453,
} as const;

const BY_NUMBER = new Map<number, Command>([
  [COMMANDS.CNXN, 'CNXN'],
  [COMMANDS.OPEN, 'OPEN'],
  [COMMANDS.OKAY, 'OKAY'],
  [COMMANDS.WRTE, 'WRTE'],
  [COMMANDS.CLSE, 'CLSE'],
  [COMMANDS.AUTH, 'AUTH'],
  [COMMANDS.STLS, 'STLS'],
]);

const HEADER = 24;

/** The largest payload that we offer and accept: 1 MiB, as adbd since Android 9. */
export const MAX_PAYLOAD = 2 ** 20;

export function encode(
  command: Command,
  arg0: number,
  arg1: number,
  payload: Buffer | string = '',
): Buffer {
  const body = Buffer.from(payload);
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(COMMANDS[command], 0);
  header.writeUInt32LE(arg0, 4);
  header.writeUInt32LE(arg1, 8);
  header.writeUInt32LE(body.length, 12);
  // The host checks the sum on CNXN only; adb 29 takes 0 elsewhere, and summing 20 MB is not free.
  header.writeUInt32LE(command === 'CNXN' ? checksum(body) : 0, 16);
  header.writeUInt32LE((COMMANDS[command] ^ 0xffffffff) >>> 0, 20);
  return Buffer.concat([header, body]);
}

function checksum(payload: Buffer): number {
  let sum = 0;
  for (const byte of payload) sum = (sum + byte) >>> 0;
  return sum;
}

/** Cuts a byte stream into packets, however it is chopped up. Holds at most one packet; never throws. */
export class PacketReader {
  #chunks: Buffer[] = [];
  #held = 0;
  #broken = false;

  /** True once the peer has sent something that is not adb; what follows cannot be understood. */
  get broken(): boolean {
    return this.#broken;
  }

  push(chunk: Buffer): Packet[] {
    if (this.#broken) return [];
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    const packets: Packet[] = [];
    for (;;) {
      const packet = this.#next();
      if (!packet) return packets;
      packets.push(packet);
    }
  }

  #next(): Packet | undefined {
    if (this.#held < HEADER) return undefined;
    const header = this.#peek(HEADER);
    const number = header.readUInt32LE(0);
    const command = BY_NUMBER.get(number);
    const length = header.readUInt32LE(12);
    if (
      !command ||
      header.readUInt32LE(20) !== (number ^ 0xffffffff) >>> 0 ||
      length > MAX_PAYLOAD
    ) {
      this.#broken = true;
      this.#chunks = [];
      return undefined;
    }
    if (this.#held < HEADER + length) return undefined;
    const all = this.#peek(HEADER + length);
    this.#chunks = [all.subarray(HEADER + length)];
    this.#held -= HEADER + length;
    const payload = all.subarray(HEADER, HEADER + length);
    return { command, arg0: header.readUInt32LE(4), arg1: header.readUInt32LE(8), payload };
  }

  /** The held bytes as one buffer, joined only when fewer than `count` are in the first chunk. */
  #peek(count: number): Buffer {
    const first = this.#chunks[0];
    if (first && first.length >= count) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}
