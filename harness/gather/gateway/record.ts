import type { FlowTable } from '../tap/packets/flows.ts';
import { flowTable } from '../tap/packets/flows.ts';
import type { Packet, ReadTo } from '../tap/packets/reader.ts';
import {
  packetBlockBytes,
  putPacketBlock,
  secretsBlock,
  sectionStart,
} from '../tap/packets/writer.ts';

/** Where the packets of a trial are written: bytes of one pcapng file, in order. */
export type PacketSink = (bytes: Buffer) => Promise<void>;

/** How a record ended. */
export interface RecordEnd extends ReadTo {
  /** Packets that the file holds in part, or not at all, since more came than is kept of one trial. All are counted. */
  readonly shortened: number;
}

/** The packets of one trial: counted as they pass, and written to its file. */
export interface OpenRecord {
  readonly table: FlowTable;
  add(packet: Packet): void;
  /** A line of a TLS key log, kept beside the packets that it opens. */
  secret(line: string): void;
  /** Everything goes there from now on, and what has come before it. */
  adopt(into: PacketSink): void;
  /** Resolves once the disk has caught up; null where it keeps up. */
  behind(): Promise<void> | null;
  /** `flaw`: why it cannot be whole. */
  end(flaw: string | null): Promise<RecordEnd>;
}

/**
 * Packets that follow each other, in one piece of memory: a piece for each, and another for all of them together, was more
 * than the recorder otherwise holds.
 */
interface Stretch {
  readonly bytes: Buffer;
  used: number;
  /** When the first and the last of them were seen. */
  readonly first: number;
  last: number;
}

const ETHERNET = 1;
const FLUSH_BYTES = 256 * 1024;
/** A connection's secrets are told a moment after its packets have passed. */
const SECRETS_MS = 1000;
/** What passes while nobody has asked for it yet: more than any device sends while it is made ready. */
const MOST_WAITING_BYTES = 32 * 2 ** 20;
/** As much as is kept of the bodies of one trial; beyond it the heads alone are kept, beyond twice as much nothing. */
const WHOLE_BYTES = 256 * 2 ** 20;
/** Ethernet, IPv6 and TCP with its options. */
const HEADS = 128;

export function openRecord(cable: string, whole = WHOLE_BYTES): OpenRecord {
  const table = flowTable();
  let sink: PacketSink | null = null;
  let head: Buffer[] = [sectionStart(ETHERNET, cable)];
  const waiting: Stretch[] = [];
  let size = 0;
  let kept = 0;
  let shortened = 0;
  let packets = 0;
  let wireBytes = 0;
  let overflown = false;
  let cut = 0;
  let unwritten = 0;
  let written = Promise.resolve();
  /** Secrets go before the packets that they open: whoever reads the file reads it once. */
  const flush = (into: PacketSink, until: number): void => {
    const late = waiting.findIndex(({ last }) => last > until);
    const ripe = waiting.splice(0, late < 0 ? waiting.length : late);
    const pieces = [Buffer.concat(head), ...ripe.map((one) => one.bytes.subarray(0, one.used))];
    head = [];
    for (const bytes of pieces.filter(({ length }) => length > 0)) {
      unwritten += bytes.length;
      written = written.then(async () => {
        await into(bytes);
        unwritten -= bytes.length;
      });
    }
    size = waiting.reduce((sum, one) => sum + one.used, 0);
    written.catch(() => undefined);
  };
  /** Bytes that are kept of it. */
  const put = (packet: Packet): number => {
    const most = kept > whole ? HEADS : Infinity;
    if (packet.end - packet.start > most || kept > 2 * whole) shortened += 1;
    if (kept > 2 * whole) return 0;
    const bytes = packetBlockBytes(packet, most);
    let stretch = waiting.at(-1);
    if (!stretch || stretch.used + bytes > stretch.bytes.length) {
      const room = Buffer.allocUnsafeSlow(Math.max(bytes, FLUSH_BYTES));
      stretch = { bytes: room, used: 0, first: packet.at, last: packet.at };
      waiting.push(stretch);
    }
    putPacketBlock(stretch.bytes, stretch.used, packet, most);
    stretch.used += bytes;
    stretch.last = packet.at;
    return bytes;
  };
  return {
    table,
    add: (packet) => {
      table.add(packet);
      packets += 1;
      wireBytes += packet.wireBytes;
      if (packet.end - packet.start < packet.wireBytes) cut += 1;
      if (!sink && size > MOST_WAITING_BYTES) {
        overflown = true;
        return;
      }
      const bytes = put(packet);
      size += bytes;
      kept += bytes;
      if (bytes === 0 || !sink || size < FLUSH_BYTES) return;
      const oldest = waiting[0]?.first ?? packet.at;
      if (size > MOST_WAITING_BYTES) flush(sink, Infinity);
      else if (packet.at - oldest > 2 * SECRETS_MS) flush(sink, packet.at - SECRETS_MS);
    },
    secret: (line) => {
      head.push(secretsBlock(line));
    },
    adopt: (into) => {
      sink = into;
    },
    behind: () => (unwritten > MOST_WAITING_BYTES ? written.catch(() => undefined) : null),
    end: async (flaw) => {
      if (sink) flush(sink, Infinity);
      await written;
      const why =
        flaw ??
        (overflown ? 'more passed between two trials than is kept' : null) ??
        (cut > 0 ? `of ${String(cut)} packets only the beginning was recorded` : null);
      return { packets, wireBytes, state: why === null ? 'whole' : 'cut', why, shortened };
    },
  };
}
