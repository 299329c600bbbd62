import type { Frame } from './frame.ts';
import { ACK, blankFrame, FIN, readFrame, RST, SYN } from './frame.ts';
import type { Packet } from './reader.ts';
import type { Room } from './room.ts';
import { openRoom } from './room.ts';
import type { OpenSide, StreamSide } from './stream.ts';
import { streamSide } from './stream.ts';

/** A conversation on the wire. `up` is what the phone's side sent; bytes are those of whole frames. */
export interface Flow {
  readonly protocol: 'tcp' | 'udp';
  readonly client: Address;
  readonly server: Address;
  /** ms since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly packets: number;
  /** It began within the capture: its first SYN is there. */
  readonly begun: boolean;
  /** Both sides agreed to speak. */
  readonly established: boolean;
  readonly reset: boolean;
  /** One side has said that it is over. */
  readonly ended: boolean;
  readonly up: StreamSide;
  readonly down: StreamSide;
}

export interface Address {
  readonly address: string;
  readonly port: number;
}

export interface FlowTable {
  add(packet: Packet): void;
  readonly flows: readonly Flow[];
  /** Those whose client has this port. */
  from(port: number): readonly Flow[];
  /** Frames that belong to no conversation: ARP, ICMP, fragments, what cannot be read. */
  readonly control: { readonly packets: number; readonly bytes: number };
  /** Frames of conversations above the bound, of which nothing else is known. */
  readonly beyond: { readonly packets: number; readonly bytes: number };
}

/** Thirty times what a busy browser opens in a trial; each takes a kilobyte or two, and its first words up to 32. */
const MOST_FLOWS = 30_000;

/**
 * Sorts the packets of one capture into conversations: by addresses and ports, anew at each SYN that begins one.
 * The client is who sent the SYN; met half-way, the side with the higher port.
 */
export function flowTable(): FlowTable {
  const frame = blankFrame();
  const room = openRoom();
  const known = new Map<string, Half>();
  const flows: OpenFlow[] = [];
  const byPort = new Map<number, OpenFlow[]>();
  const control = { packets: 0, bytes: 0 };
  const beyond = { packets: 0, bytes: 0 };

  const begin = (key: string, back: string, packet: Packet): Half => {
    const flow = openFlow(frame, packet, room);
    flows.push(flow);
    const beside = byPort.get(flow.client.port);
    if (beside) beside.push(flow);
    else byPort.set(flow.client.port, [flow]);
    const sent = { flow, isClient: flow.byClient };
    known.set(key, sent);
    known.set(back, { flow, isClient: !flow.byClient });
    return sent;
  };

  return {
    flows,
    from: (port) => byPort.get(port) ?? [],
    control,
    beyond,
    add: (packet) => {
      readFrame(frame, packet.from, packet.start, packet.end, packet.link);
      if (frame.kind === 'control') {
        control.packets += 1;
        control.bytes += packet.wireBytes;
        return;
      }
      const key = keyOf(frame, packet.from);
      const half = known.get(key);
      const again = half !== undefined && begins(frame) && half.flow.isOver(frame.sequence);
      const anew = half === undefined || again;
      if (anew && flows.length >= MOST_FLOWS) {
        beyond.packets += 1;
        beyond.bytes += packet.wireBytes;
        return;
      }
      const { flow, isClient } =
        half && !again ? half : begin(key, backKeyOf(frame, packet.from), packet);
      flow.take(frame, packet, isClient);
    },
  };
}

interface Half {
  readonly flow: OpenFlow;
  readonly isClient: boolean;
}

interface OpenFlow extends Flow {
  /** Whether the packet that opened it came from the client. */
  readonly byClient: boolean;
  isOver(sequence: number): boolean;
  take(frame: Frame, packet: Packet, isClient: boolean): void;
}

function begins({ kind, flags }: Frame): boolean {
  return kind === 'tcp' && (flags & (SYN | ACK)) === SYN;
}

function openFlow(frame: Frame, packet: Packet, room: Room): OpenFlow {
  const source = addressOf(frame, packet.from, 0);
  const target = addressOf(frame, packet.from, 1);
  const answers = frame.kind === 'tcp' && (frame.flags & (SYN | ACK)) === (SYN | ACK);
  const byClient = begins(frame) || (!answers && source.port >= target.port);
  const up = streamSide(room);
  const down = streamSide(room);
  let first = -1;
  const sideOf = (isClient: boolean): OpenSide => (isClient ? up : down);
  const flow = {
    protocol: frame.kind === 'udp' ? ('udp' as const) : ('tcp' as const),
    client: byClient ? source : target,
    server: byClient ? target : source,
    firstAt: packet.at,
    lastAt: packet.at,
    bytesUp: 0,
    bytesDown: 0,
    packets: 0,
    begun: false,
    established: false,
    reset: false,
    ended: false,
    up,
    down,
    byClient,
    // The same SYN sent again is the same beginning.
    isOver: (sequence: number) => (flow.ended || first >= 0) && sequence !== first,
    take: (
      { kind, flags, sequence, payloadAt, payloadBytes }: Frame,
      one: Packet,
      mine: boolean,
    ) => {
      flow.packets += 1;
      flow.lastAt = one.at;
      if (mine) flow.bytesUp += one.wireBytes;
      else flow.bytesDown += one.wireBytes;
      const captured = Math.max(0, one.end - payloadAt);
      const side = sideOf(mine);
      if (kind === 'udp') {
        side.add(side.bytes, one.from, payloadAt, captured, payloadBytes);
        return;
      }
      if (flags & SYN) {
        if (mine && first < 0) first = sequence;
        if (mine) flow.begun = true;
        if (!mine) flow.established = true;
        side.open(sequence);
        return;
      }
      if (flags & RST) flow.reset = true;
      if (flags & (RST | FIN)) flow.ended = true;
      // A FIN without payload still says where the last byte stood.
      if (payloadBytes === 0 && (flags & FIN) === 0) return;
      if (payloadBytes > 0) flow.established = true;
      side.add(sequence, one.from, payloadAt, captured, payloadBytes);
    },
  };
  return flow;
}

/** Both addresses and both ports as a string of bytes: the cheapest key that a Map takes. */
function keyOf({ kind, version, addressesAt, portsAt }: Frame, bytes: Buffer): string {
  const size = version === 4 ? 8 : 32;
  const tag = kind === 'tcp' ? 't' : 'u';
  if (portsAt === addressesAt + size)
    return tag + bytes.toString('latin1', addressesAt, portsAt + 4);
  return (
    tag +
    bytes.toString('latin1', addressesAt, addressesAt + size) +
    bytes.toString('latin1', portsAt, portsAt + 4)
  );
}

function backKeyOf({ kind, version, addressesAt, portsAt }: Frame, bytes: Buffer): string {
  const size = version === 4 ? 4 : 16;
  return (
    (kind === 'tcp' ? 't' : 'u') +
    bytes.toString('latin1', addressesAt + size, addressesAt + 2 * size) +
    bytes.toString('latin1', addressesAt, addressesAt + size) +
    bytes.toString('latin1', portsAt + 2, portsAt + 4) +
    bytes.toString('latin1', portsAt, portsAt + 2)
  );
}

function addressOf({ version, addressesAt, portsAt }: Frame, bytes: Buffer, which: 0 | 1): Address {
  const port = bytes.readUInt16BE(portsAt + which * 2);
  if (version === 4) {
    const at = addressesAt + which * 4;
    return { address: [...bytes.subarray(at, at + 4)].join('.'), port };
  }
  return { address: version6(bytes, addressesAt + which * 16), port };
}

/** As RFC 5952 writes it: lower case, the longest run of zeros left out. */
function version6(bytes: Buffer, at: number): string {
  const groups = Array.from({ length: 8 }, (_, n) => bytes.readUInt16BE(at + n * 2));
  let best = { from: 0, length: 1 };
  for (let from = 0; from < 8; from++) {
    let length = 0;
    while (from + length < 8 && groups[from + length] === 0) length += 1;
    if (length > best.length) best = { from, length };
  }
  const text = (some: number[]): string => some.map((group) => group.toString(16)).join(':');
  if (best.length < 2) return text(groups);
  return `${text(groups.slice(0, best.from))}::${text(groups.slice(best.from + best.length))}`;
}
