import type { Packet } from './reader.ts';

/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng): a section with one interface, then a packet each. Times in
 * microseconds, as tcpdump gives them.
 */
export function sectionStart(link: number, describedAs: string): Buffer {
  const section = block(0x0a0d0d0a, 16);
  section.writeUInt32LE(0x1a2b3c4d, 8);
  section.writeUInt16LE(1, 12);
  section.writeUInt16LE(0, 14);
  // The section's length is not known beforehand.
  section.writeBigInt64LE(-1n, 16);
  const name = Buffer.from(describedAs.slice(0, 80));
  const options = 4 + padded(name.length) + 4;
  const interfaceBlock = block(1, 8 + options);
  interfaceBlock.writeUInt16LE(link, 8);
  interfaceBlock.writeUInt32LE(0, 12);
  // if_name
  interfaceBlock.writeUInt16LE(2, 16);
  interfaceBlock.writeUInt16LE(name.length, 18);
  name.copy(interfaceBlock, 20);
  return Buffer.concat([section, interfaceBlock]);
}

/** Bytes of an enhanced packet block with so many bytes of the packet at most. */
export function packetBlockBytes(
  { start, end }: Pick<Packet, 'start' | 'end'>,
  most = Infinity,
): number {
  return 32 + padded(Math.min(end - start, most));
}

/** Puts an enhanced packet block on the section's one interface where there is room for it (`packetBlockBytes`). */
export function putPacketBlock(
  to: Buffer,
  place: number,
  { from, start, end, wireBytes, at }: Packet,
  most = Infinity,
): void {
  const captured = Math.min(end - start, most);
  const length = 32 + padded(captured);
  const time = Math.round(at * 1e3);
  // The last bytes before its end may be none of the packet's.
  to.writeUInt32LE(0, place + length - 8);
  to.writeUInt32LE(6, place);
  to.writeUInt32LE(length, place + 4);
  to.writeUInt32LE(0, place + 8);
  to.writeUInt32LE(Math.floor(time / 2 ** 32), place + 12);
  to.writeUInt32LE(time % 2 ** 32, place + 16);
  to.writeUInt32LE(captured, place + 20);
  to.writeUInt32LE(wireBytes, place + 24);
  from.copy(to, place + 28, start, start + captured);
  to.writeUInt32LE(length, place + length - 4);
}

/** A line of a TLS key log beside the packets that it opens (Decryption Secrets Block), so that anybody may read them. */
export function secretsBlock(line: string): Buffer {
  const text = Buffer.from(line);
  const bytes = block(10, 8 + padded(text.length));
  bytes.writeUInt32LE(0x544c534b, 8);
  bytes.writeUInt32LE(text.length, 12);
  text.copy(bytes, 16);
  return bytes;
}

/** A block of zeros with its type and, at both ends, its length. */
function block(type: number, body: number): Buffer {
  const bytes = Buffer.alloc(12 + body);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(bytes.length, 4);
  bytes.writeUInt32LE(bytes.length, bytes.length - 4);
  return bytes;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
