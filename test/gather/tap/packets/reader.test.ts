import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { FlowTable } from '../../../../harness/gather/tap/packets/flows.ts';
import { flowTable } from '../../../../harness/gather/tap/packets/flows.ts';
import type { ReadTo } from '../../../../harness/gather/tap/packets/reader.ts';
import { packetReader } from '../../../../harness/gather/tap/packets/reader.ts';
import { FULL } from '../hostile/far.ts';

/*
 * Made by tcpdump 4.99.3 between two network namespaces: `-i a0`, with `--time-stamp-precision=nano`, `-i any -y LINUX_SLL`
 * and `-i any -y LINUX_SLL2`: a TCP conversation in IPv4 bare, in a VLAN, and in a VLAN within another (802.1ad); one in
 * IPv6; UDP in IPv6, behind hop-by-hop and destination headers and in fragments; ARP. Chosen and shortened by editcap 4.0.17
 * (-s 128), joined by mergecap (three interfaces); big-endian: the same fields turned round, and read so by tshark.
 */
interface Expected {
  readonly file: string;
  readonly frames: readonly [number, number];
  /** Client's port, frames, bytes up and down, as tshark 4.0.17 has them: -q -z conv,tcp -z conv,udp. */
  readonly conversations: readonly (readonly [number, number, number, number])[];
  /** Length of the frame of the first fragment: it names ports, and tshark leaves it out. */
  readonly fragment: number;
  readonly times: number;
}

const ETHERNET = {
  frames: [31, 4427],
  conversations: [
    [57932, 8, 286, 286],
    [60948, 6, 277, 277],
    [40001, 5, 181, 236],
    [57933, 4, 232, 78],
    [57934, 4, 244, 82],
  ],
  fragment: 1510,
  times: 1,
} as const;

const FILES: readonly Expected[] = [
  { file: 'ethernet.pcap', ...ETHERNET },
  { file: 'nanoseconds.pcap', ...ETHERNET },
  { file: 'big-endian.pcap', ...ETHERNET },
  {
    file: 'cooked.pcap',
    frames: [31, 4473],
    conversations: [
      [57932, 8, 294, 294],
      [60948, 6, 283, 283],
      [40001, 5, 185, 242],
      [57933, 4, 238, 80],
      [57934, 4, 238, 80],
    ],
    fragment: 1512,
    times: 1,
  },
  {
    file: 'cooked2.pcap',
    frames: [31, 4565],
    conversations: [
      [57932, 8, 310, 310],
      [60948, 6, 295, 295],
      [40001, 5, 193, 254],
      [57933, 4, 238, 80],
      [57934, 4, 238, 80],
    ],
    fragment: 1516,
    times: 1,
  },
  {
    file: 'several.pcapng',
    frames: [93, 4427 + 4473 + 4565],
    conversations: [
      [57932, 24, 890, 890],
      [60948, 18, 855, 855],
      [40001, 15, 559, 732],
      [57933, 12, 708, 238],
      [57934, 12, 720, 242],
    ],
    fragment: 1510 + 1512 + 1516,
    times: 3,
  },
];
/** When the first frame was captured, in ms, as near as a number comes to what tshark says (…478.748089371). */
const FIRST_AT = new Map([
  ['nanoseconds.pcap', 1795619478748.0894],
  ['ethernet.pcap', 1795619478748.089],
  ['big-endian.pcap', 1795619478748.089],
]);

describe('a packet capture of another make', function () {
  this.timeout(FULL ? 120_000 : 30_000);
  for (const { file, frames, conversations, fragment, times } of FILES) {
    const whole = capture(file);

    it(`${file}: every frame, and the conversations that tshark tells`, () => {
      const { read, table, at } = reading(whole);
      assert.deepEqual([read.packets, read.wireBytes, read.state], [...frames, 'whole']);
      const rows = table.flows.map((one) => [
        ...[one.client.port, one.packets, one.bytesUp, one.bytesDown],
      ]);
      const expected = conversations.map(([port, packets, up, down]) =>
        port === 40001 ? [port, packets + times, up + fragment, down] : [port, packets, up, down],
      );
      assert.deepEqual(rows, expected);
      // Two of ARP and the second fragment.
      assert.equal(table.control.packets, 3 * times);
      const first = FIRST_AT.get(file);
      if (first !== undefined) assert.equal(at, first);
    });

    it(`${file}: cut off after any byte, it says so, and has every packet before the cut`, () => {
      const ends = recordEnds(whole);
      for (let size = 0; size <= whole.length; size += 1) {
        const { read, table } = reading(whole.subarray(0, size));
        const before = ends.filter(({ end }) => end <= size);
        assert.equal(read.packets, before.filter(({ packet }) => packet).length, `${size} bytes`);
        const atEnd = before.at(-1)?.end === size;
        assert.equal(read.state, atEnd ? 'whole' : 'cut', `${size} bytes`);
        assert.equal(read.why === null, atEnd);
        if (!atEnd) assert.match(read.why ?? '', new RegExp(`\\b${String(size)}\\b`));
        assert.equal(counted(table), read.wireBytes);
      }
    });

    it(`${file}: with any one byte changed, it ends with a word, and its classes add up`, () => {
      const bytes = Buffer.from(whole);
      for (const [at, was] of whole.entries()) {
        const values = [was ^ 1, was ^ 0x80, 0xff];
        for (const value of FULL ? values : values.slice(at % 3, (at % 3) + 1)) {
          bytes[at] = value;
          const { read, table } = reading(bytes);
          assert.equal(counted(table), read.wireBytes, `${String(value)} at ${String(at)}`);
          assert.equal(read.why === null, read.state === 'whole');
        }
        bytes[at] = was;
      }
    });

    it(`${file}: damaged and in pieces of any size, it is the same as in one`, () => {
      const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 20 });
      fc.assert(
        fc.property(damage, fc.integer({ min: 1, max: 400 }), (changes, piece) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          const [one, other] = [reading(bytes), reading(bytes, piece)];
          assert.deepEqual(other.read, one.read);
          assert.deepEqual(other.table.control, one.table.control);
          assert.equal(counted(other.table), counted(one.table));
          assert.equal(counted(one.table), one.read.wireBytes);
        }),
        { numRuns: 50 },
      );
    });
  }

  it('a length that cannot be is told, with its place, and nothing is allocated on its word', () => {
    const bytes = capture('ethernet.pcap');
    bytes.writeUInt32LE(0xffff_fff0, 24 + 8);
    const { read } = reading(bytes);
    assert.deepEqual([read.packets, read.state], [0, 'damaged']);
    assert.equal(read.why, 'it says something impossible at byte 24');
  });
});

function capture(file: string): Buffer {
  return readFileSync(new URL(`captures/two-hosts-${file}`, import.meta.url));
}

function reading(
  bytes: Buffer,
  piece = Math.max(1, bytes.length),
): { table: FlowTable; read: ReadTo; at: number } {
  const table = flowTable();
  let first = -1;
  const reader = packetReader((packet) => {
    if (first < 0) first = packet.at;
    table.add(packet);
  });
  for (let at = 0; at < bytes.length; at += piece) reader.push(bytes.subarray(at, at + piece));
  return { table, read: reader.end(), at: first };
}

function counted({ flows, control, beyond }: FlowTable): number {
  return flows.reduce(
    (sum, one) => sum + one.bytesUp + one.bytesDown,
    control.bytes + beyond.bytes,
  );
}

/** Where records end, walked by their lengths alone. */
function recordEnds(bytes: Buffer): { readonly end: number; readonly packet: boolean }[] {
  const magic = bytes.readUInt32BE(0);
  const ends: { end: number; packet: boolean }[] = [];
  if (magic === 0x0a0d0d0a) {
    for (let at = 0; at < bytes.length;) {
      const packet = bytes.readUInt32LE(at) === 6;
      at += bytes.readUInt32LE(at + 4);
      ends.push({ end: at, packet });
    }
    return ends;
  }
  const big = magic === 0xa1b2c3d4;
  ends.push({ end: 24, packet: false });
  for (let at = 24; at < bytes.length;) {
    at += 16 + (big ? bytes.readUInt32BE(at + 8) : bytes.readUInt32LE(at + 8));
    ends.push({ end: at, packet: true });
  }
  return ends;
}
