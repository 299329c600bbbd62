import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { spawnChild } from '../../lib/children.ts';
import { Fault } from '../../lib/fault.ts';
import type { FlowTable } from '../tap/packets/flows.ts';
import { flowTable } from '../tap/packets/flows.ts';
import type { Packet, ReadTo } from '../tap/packets/reader.ts';
import { packetReader } from '../tap/packets/reader.ts';
import { packetBlock, sectionStart } from '../tap/packets/writer.ts';

/** Everything that passes the cable of one device, as packets, for the whole run; cut into one file a trial. */
export interface Recorder extends AsyncDisposable {
  /**
   * From here on packets belong to `into`, and no more to the one before: a datagram of our own marks the place in
   * the stream itself, so that no clock is asked.
   */
  cut(into: PacketSink): Promise<PacketRecord>;
}

/** Where the packets of a trial are written: bytes of one pcapng file, in order. */
export type PacketSink = (bytes: Buffer) => Promise<void>;

export interface PacketRecord {
  readonly table: FlowTable;
  /** Ends the record and says how it ended; a recorder that has died makes it `cut`. */
  end(): Promise<ReadTo>;
}

/** RFC 863: what is sent there is thrown away. */
const DISCARD = 9;
const FLUSH_BYTES = 256 * 1024;
/** A datagram over a cable of this machine takes microseconds; a recorder that has not seen it by then is dead. */
const PATIENCE_MS = 10_000;

export async function openRecorder(given: {
  readonly cable: string;
  readonly address: string;
  readonly device: string;
}): Promise<Recorder> {
  await using held = new AsyncDisposableStack();
  const args = ['-i', given.cable, '-s', '0', '-U', '-n', '-Z', 'root', '-B', '65536', '-w', '-'];
  const dump = held.use(await spawnChild('tcpdump', ['--immediate-mode', ...args]));
  const listening = listens(dump.stderr);
  const marks = new EventEmitter();
  const marker = createSocket('udp4');
  held.defer(() => {
    marker.close();
  });
  marker.bind(0, given.address);
  await once(marker, 'listening');

  let running: Running | null = null;
  let gone = false;
  let pending: Buffer | null = null;
  const packets = packetReader((packet) => {
    if (pending && carries(packet, pending)) {
      pending = null;
      marks.emit('seen');
    } else running?.add(packet);
  });
  dump.stdout.on('data', (chunk: Buffer) => {
    packets.push(chunk);
  });
  void dump.ended.then(() => {
    gone = true;
    marks.emit('gone');
  });
  if (!(await listening)) throw dead(given.cable);

  /** Resolves when everything that passed before now has been read. */
  const mark = async (): Promise<void> => {
    const word = randomBytes(24);
    pending = word;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const seen = Promise.race([once(marks, 'seen', { signal }), once(marks, 'gone', { signal })]);
    marker.send(word, DISCARD, given.device);
    await seen.catch(() => {
      gone = true;
    });
  };

  const all = held.move();
  return {
    cut: async (into) => {
      if (gone) throw dead(given.cable);
      await mark();
      const mine = runningRecord(into, given.cable);
      running = mine;
      return {
        table: mine.table,
        end: async () => {
          if (!gone) await mark();
          if (running === mine) running = null;
          return await mine.end(gone ? 'the packet recorder ended by itself' : null);
        },
      };
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

const ETHERNET = 1;
/** Ethernet, IPv4 and UDP heads before a marker. */
const HEADS = 14 + 20 + 8;

/** Nobody can have known the word before it was sent, and it is awaited once: the device cannot hide behind it. */
function carries({ from, start, end }: Packet, word: Buffer): boolean {
  return (
    end - start === HEADS + word.length &&
    from.compare(word, 0, word.length, start + HEADS, end) === 0
  );
}

interface Running {
  readonly table: FlowTable;
  add(packet: Packet): void;
  end(died: string | null): Promise<ReadTo>;
}

function runningRecord(into: PacketSink, cable: string): Running {
  const table = flowTable();
  let waiting: Buffer[] = [sectionStart(ETHERNET, cable)];
  let size = 0;
  let packets = 0;
  let wireBytes = 0;
  let written = Promise.resolve();
  const flush = (): void => {
    const bytes = Buffer.concat(waiting);
    waiting = [];
    size = 0;
    written = written.then(() => into(bytes));
    written.catch(() => undefined);
  };
  return {
    table,
    add: (packet) => {
      table.add(packet);
      packets += 1;
      wireBytes += packet.wireBytes;
      const bytes = packetBlock(packet);
      waiting.push(bytes);
      size += bytes.length;
      if (size > FLUSH_BYTES) flush();
    },
    end: async (died) => {
      flush();
      await written;
      return { packets, wireBytes, state: died === null ? 'whole' : 'cut', why: died };
    },
  };
}

/** Whether tcpdump says that it listens; it says so once, on stderr. */
function listens(stderr: NodeJS.ReadableStream): Promise<boolean> {
  return new Promise((resolve) => {
    let said = '';
    stderr.on('data', (chunk: Buffer) => {
      if (said.length < 10_000) said += chunk.toString();
      if (said.includes('listening on')) resolve(true);
    });
    stderr.once('close', () => {
      resolve(false);
    });
  });
}

function dead(cable: string): Fault {
  return new Fault(
    'recorder-gone',
    `tcpdump does not record on ${cable}`,
    'Run as root, or give tcpdump CAP_NET_RAW; or write "listen": "usb" in devices.json.',
  );
}
