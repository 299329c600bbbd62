/** The headers of one frame, as far as the books need them. Filled anew for each frame: nothing is allocated. */
export interface Frame {
  /** `arp`, `icmp` and what else is no conversation is `control`; so is a fragment, which names no port. */
  kind: 'tcp' | 'udp' | 'control';
  version: 4 | 6 | 0;
  /** Where the source address stands; the destination follows it. */
  addressesAt: number;
  /** Where the source port stands; the destination's follows it. */
  portsAt: number;
  sequence: number;
  flags: number;
  payloadAt: number;
  /** What the headers say the payload has, which may be more than was captured. */
  payloadBytes: number;
}

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;

const ETHERNET = 1;
const RAW = 101;
const COOKED = 113;
const COOKED_2 = 276;

export function blankFrame(): Frame {
  return {
    kind: 'control',
    version: 0,
    addressesAt: 0,
    portsAt: 0,
    sequence: 0,
    flags: 0,
    payloadAt: 0,
    payloadBytes: 0,
  };
}

/** Reads the headers of a frame. What is cut short, malformed or unknown is `control`: counted, and no conversation. */
export function readFrame(
  frame: Frame,
  bytes: Buffer,
  start: number,
  end: number,
  link: number,
): void {
  frame.kind = 'control';
  frame.version = 0;
  let type = 0;
  let at = start;
  if (link === ETHERNET) {
    if (end - start < 14) return;
    type = bytes.readUInt16BE(start + 12);
    at = start + 14;
  } else if (link === COOKED) {
    if (end - start < 16) return;
    type = bytes.readUInt16BE(start + 14);
    at = start + 16;
  } else if (link === COOKED_2) {
    if (end - start < 20) return;
    type = bytes.readUInt16BE(start);
    at = start + 20;
  } else if (link === RAW && end > start) {
    type = (bytes[start] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800;
  } else return;
  // 802.1Q, 802.1ad and what older switches write for it.
  while ((type === 0x8100 || type === 0x88a8 || type === 0x9100) && end - at >= 4) {
    type = bytes.readUInt16BE(at + 2);
    at += 4;
  }
  if (type === 0x0800) version4(frame, bytes, at, end);
  else if (type === 0x86dd) version6(frame, bytes, at, end);
}

function version4(frame: Frame, bytes: Buffer, at: number, end: number): void {
  if (end - at < 20) return;
  const head = ((bytes[at] ?? 0) & 15) * 4;
  if (head < 20 || end - at < head) return;
  frame.version = 4;
  frame.addressesAt = at + 12;
  if ((bytes.readUInt16BE(at + 6) & 0x1fff) !== 0) return;
  // Where the network card cuts packets up itself, the recorder sees a length of 0.
  const told = bytes.readUInt16BE(at + 2);
  const stop = told === 0 ? end : at + told;
  transport(frame, bytes, bytes[at + 9] ?? 0, at + head, end, stop);
}

function version6(frame: Frame, bytes: Buffer, at: number, end: number): void {
  if (end - at < 40) return;
  frame.version = 6;
  frame.addressesAt = at + 8;
  const told = bytes.readUInt16BE(at + 4);
  const stop = told === 0 ? end : at + 40 + told;
  let next = bytes[at + 6] ?? 0;
  let place = at + 40;
  for (let headers = 0; headers < 8 && end - place >= 8; headers++) {
    if (next === 0 || next === 43 || next === 60) {
      next = bytes[place] ?? 0;
      place += ((bytes[place + 1] ?? 0) + 1) * 8;
    } else if (next === 44) {
      if ((bytes.readUInt16BE(place + 2) & 0xfff8) !== 0) return;
      next = bytes[place] ?? 0;
      place += 8;
    } else break;
  }
  transport(frame, bytes, next, place, end, stop);
}

function transport(
  frame: Frame,
  bytes: Buffer,
  protocol: number,
  at: number,
  end: number,
  stop: number,
): void {
  if (protocol === 6 && end - at >= 20) {
    const head = ((bytes[at + 12] ?? 0) >> 4) * 4;
    if (head < 20) return;
    frame.kind = 'tcp';
    frame.portsAt = at;
    frame.sequence = bytes.readUInt32BE(at + 4);
    frame.flags = bytes[at + 13] ?? 0;
    frame.payloadAt = at + head;
    frame.payloadBytes = Math.max(0, stop - at - head);
  } else if (protocol === 17 && end - at >= 8) {
    frame.kind = 'udp';
    frame.portsAt = at;
    frame.payloadAt = at + 8;
    frame.payloadBytes = Math.max(0, stop - at - 8);
  }
}
