/** What a reader tells of one packet. The bytes lie in `from` between `start` and `end`, for the time of the call only. */
export type EachPacket = (packet: Packet) => void;

export interface Packet {
  from: Buffer;
  start: number;
  end: number;
  /** As it was on the wire; more than was captured where the recorder cut it. */
  wireBytes: number;
  /** ms since the epoch. */
  at: number;
  /** LINKTYPE_ number of the interface it was captured on. */
  link: number;
}

/** How a capture file ended. A file that was cut off in the middle of a packet is `cut`; one that lies is `damaged`. */
export interface ReadTo {
  readonly packets: number;
  readonly wireBytes: number;
  readonly state: 'whole' | 'cut' | 'damaged';
  /** What is wrong, and at which byte; null when nothing is. */
  readonly why: string | null;
}

export interface PacketReader {
  /** The next bytes of the file, in pieces of any size. */
  push(chunk: Buffer): void;
  end(): ReadTo;
}

/** No frame is longer; a file that says so is damaged, and nothing is allocated on its word. */
const LONGEST = 2 ** 20;

/**
 * Reads a packet capture as it is written by tcpdump: pcap (micro- and nanoseconds, either byte order) and pcapng
 * (sections, interfaces, enhanced, simple and obsolete packet blocks). Formats: draft-ietf-opsawg-pcap and -pcapng.
 * Memory is one packet; a bad length ends the reading, never the program.
 */
export function packetReader(each: EachPacket): PacketReader {
  let held: Buffer = Buffer.alloc(0);
  let size = 0;
  let offset = 0;
  let why: string | null = null;
  let packets = 0;
  let wireBytes = 0;
  let step: Step | null = null;
  const packet: Packet = { from: held, start: 0, end: 0, wireBytes: 0, at: 0, link: 0 };
  const tell: Tell = (from, start, end, wire, at, link) => {
    packet.from = from;
    packet.start = start;
    packet.end = end;
    packet.wireBytes = wire;
    packet.at = at;
    packet.link = link;
    packets += 1;
    wireBytes += wire;
    each(packet);
  };

  return {
    push: (chunk) => {
      if (why !== null) return;
      // Into the same place again and again: what is read is not worth a buffer of its own.
      if (size + chunk.length > held.length) {
        const larger = Buffer.allocUnsafeSlow(2 * (size + chunk.length));
        held.copy(larger, 0, 0, size);
        held = larger;
      }
      chunk.copy(held, size);
      size += chunk.length;
      const bytes = held.subarray(0, size);
      let at = 0;
      for (;;) {
        step ??= bytes.length - at >= 4 ? formatOf(bytes.readUInt32BE(at)) : null;
        if (step === null) break;
        const used: number = step(bytes, at, tell);
        if (used < 0) {
          why = `it says something impossible at byte ${offset + at}`;
          break;
        }
        if (used === 0) break;
        at += used;
      }
      offset += at;
      held.copyWithin(0, at, size);
      size -= at;
    },
    end: () => {
      if (why !== null) return { packets, wireBytes, state: 'damaged', why };
      if (size > 0 || step === null) {
        const end = `it ends at byte ${offset + size}, in the middle of a packet`;
        return { packets, wireBytes, state: 'cut', why: end };
      }
      return { packets, wireBytes, state: 'whole', why: null };
    },
  };
}

type Tell = (
  from: Buffer,
  start: number,
  end: number,
  wire: number,
  at: number,
  link: number,
) => void;

/** Takes what is whole at this place: bytes used; 0, more are needed; -1, it cannot be. */
type Step = (bytes: Buffer, at: number, tell: Tell) => number;

function formatOf(magic: number): Step {
  switch (magic) {
    case 0xa1b2c3d4:
      return classic(false, 1e3);
    case 0xd4c3b2a1:
      return classic(true, 1e3);
    case 0xa1b23c4d:
      return classic(false, 1e6);
    case 0x4d3cb2a1:
      return classic(true, 1e6);
    case 0x0a0d0d0a:
      return blocks();
    default:
      return () => -1;
  }
}

/** pcap: a head of 24 bytes, then records of 16 bytes and a frame. `fraction`: parts of a millisecond. */
function classic(little: boolean, fraction: number): Step {
  const u32 = (bytes: Buffer, at: number): number =>
    little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  let link = -1;
  return (bytes, at, tell) => {
    if (link < 0) {
      if (bytes.length - at < 24) return 0;
      // The upper bits say whether frames carry a checksum.
      link = u32(bytes, at + 20) & 0xffff;
      return 24;
    }
    if (bytes.length - at < 16) return 0;
    const captured = u32(bytes, at + 8);
    if (captured > LONGEST) return -1;
    if (bytes.length - at < 16 + captured) return 0;
    const time = u32(bytes, at) * 1e3 + u32(bytes, at + 4) / fraction;
    tell(bytes, at + 16, at + 16 + captured, u32(bytes, at + 12), time, link);
    return 16 + captured;
  };
}

interface Interface {
  readonly link: number;
  readonly snap: number;
  /** Ticks in a millisecond. */
  readonly ticks: number;
}

/** pcapng: blocks that carry their length at both ends; interfaces count anew in each section. */
function blocks(): Step {
  let little = false;
  let interfaces: Interface[] = [];
  const u16 = (bytes: Buffer, at: number): number =>
    little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  const u32 = (bytes: Buffer, at: number): number =>
    little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);

  const packetAt = (
    bytes: Buffer,
    [head, on, high, captured, wire]: readonly [number, number, number, number, number],
    room: number,
    tell: Tell,
  ): boolean => {
    const from = interfaces[on];
    const length = u32(bytes, captured);
    if (!from || length > room) return false;
    const time = (u32(bytes, high) * 2 ** 32 + u32(bytes, high + 4)) / from.ticks;
    tell(bytes, head, head + length, u32(bytes, wire), time, from.link);
    return true;
  };

  return (bytes, at, tell) => {
    if (bytes.length - at < 12) return 0;
    // The same backwards and forwards, so that the byte order may change here.
    const section = bytes.readUInt32BE(at) === 0x0a0d0d0a;
    if (section) little = bytes.readUInt32BE(at + 8) === 0x4d3c2b1a;
    const type = section ? 0 : u32(bytes, at);
    const length = u32(bytes, at + 4);
    if (length < 12 || length % 4 !== 0 || length > LONGEST + 4096) return -1;
    if (bytes.length - at < length) return 0;
    if (u32(bytes, at + length - 4) !== length) return -1;
    const body = at + 8;
    const size = length - 12;
    if (section) interfaces = [];
    else if (type === 1 && size >= 8) {
      const ticks = ticksOf(bytes.subarray(body + 8, body + size), u16);
      interfaces.push({ link: u16(bytes, body), snap: u32(bytes, body + 4), ticks });
    } else if (type === 6 && size >= 20) {
      const places = [body + 20, u32(bytes, body), body + 4, body + 12, body + 16] as const;
      if (!packetAt(bytes, places, size - 20, tell)) return -1;
    } else if (type === 2 && size >= 20) {
      const places = [body + 20, u16(bytes, body), body + 4, body + 12, body + 16] as const;
      if (!packetAt(bytes, places, size - 20, tell)) return -1;
    } else if (type === 3 && size >= 4) {
      // Without a time of its own.
      const [from] = interfaces;
      if (!from) return -1;
      const wire = u32(bytes, body);
      const captured = Math.min(wire, from.snap === 0 ? wire : from.snap, size - 4);
      tell(bytes, body + 4, body + 4 + captured, wire, 0, from.link);
    }
    return length;
  };
}

/** The option `if_tsresol`: a power of ten, or of two when its highest bit is set; microseconds unless said. */
function ticksOf(options: Buffer, u16: (bytes: Buffer, at: number) => number): number {
  let at = 0;
  while (at + 4 <= options.length) {
    const code = u16(options, at);
    const length = u16(options, at + 2);
    if (code === 0) break;
    const value = options[at + 4];
    if (code === 9 && length === 1 && value !== undefined) {
      const power = value & 0x7f;
      return (value & 0x80 ? 2 ** power : 10 ** power) / 1e3;
    }
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return 1e3;
}
