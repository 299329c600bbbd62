import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { spawnChild } from '../../lib/children.ts';
import { Fault } from '../../lib/fault.ts';
import type { FlowTable } from '../tap/packets/flows.ts';
import { flowTable } from '../tap/packets/flows.ts';
import type { Packet, ReadTo } from '../tap/packets/reader.ts';
import { packetReader } from '../tap/packets/reader.ts';
import { packetBlock, secretsBlock, sectionStart } from '../tap/packets/writer.ts';

/** Everything that passes the cable of one device, as packets, for the whole run; cut into one file a trial. */
export interface Recorder extends AsyncDisposable {
  /**
   * Begins a record, with what passed since the one before has ended. Where one ends, a datagram of our own marks the
   * place in the stream itself, so that no clock is asked.
   */
  record(into: PacketSink): Promise<PacketRecord>;
}

/** Where the packets of a trial are written: bytes of one pcapng file, in order. */
export type PacketSink = (bytes: Buffer) => Promise<void>;

export interface PacketRecord {
  readonly table: FlowTable;
  /** A line of a TLS key log, kept beside the packets that it opens. */
  secret(line: string): void;
  /** Ends the record and says how it ended; a recorder that has died makes it `cut`. */
  end(): Promise<ReadTo>;
}

/** RFC 863: what is sent there is thrown away. */
const DISCARD = 9;
const FLUSH_BYTES = 256 * 1024;
/** A connection's secrets are told a moment after its packets have passed. */
const SECRETS_MS = 1000;
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

  let running = openRecord(given.cable);
  let gone = false;
  let pending: Mark | null = null;
  const packets = packetReader((packet) => {
    if (pending && carries(packet, pending.word)) {
      pending.seen();
      pending = null;
      marks.emit('seen');
    } else running.add(packet);
  });
  dump.stdout.on('data', (chunk: Buffer) => {
    packets.push(chunk);
  });
  void dump.ended.then(() => {
    gone = true;
    marks.emit('gone');
  });
  if (!(await listening)) throw dead(given.cable);

  /** Begins the next record where everything that passed before now has been read. */
  const next = async (): Promise<void> => {
    const before = running;
    const seen = (): void => {
      running = openRecord(given.cable);
    };
    if (!gone) {
      const word = randomBytes(24);
      pending = { word, seen };
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const come = Promise.race([once(marks, 'seen', { signal }), once(marks, 'gone', { signal })]);
      marker.send(word, DISCARD, given.device);
      await come.catch(() => {
        gone = true;
      });
    }
    if (running === before) seen();
  };

  const all = held.move();
  return {
    record: async (into) => {
      if (gone) throw dead(given.cable);
      const mine = running;
      mine.adopt(into);
      return {
        table: mine.table,
        secret: mine.secret,
        end: async () => {
          if (running === mine) await next();
          return await mine.end(gone ? 'the packet recorder ended by itself' : null);
        },
      };
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

interface Mark {
  readonly word: Buffer;
  seen(): void;
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

/** What passes while nobody has asked for it yet: more than any device sends while it is made ready. */
const MOST_WAITING_BYTES = 32 * 2 ** 20;

interface OpenRecord extends Omit<PacketRecord, 'end'> {
  add(packet: Packet): void;
  /** Everything goes there from now on, and what has come before it. */
  adopt(into: PacketSink): void;
  end(died: string | null): Promise<ReadTo>;
}

function openRecord(cable: string): OpenRecord {
  const table = flowTable();
  let sink: PacketSink | null = null;
  let head: Buffer[] = [sectionStart(ETHERNET, cable)];
  const waiting: { readonly at: number; readonly bytes: Buffer }[] = [];
  let size = 0;
  let packets = 0;
  let wireBytes = 0;
  let overflown = false;
  let written = Promise.resolve();
  /** Secrets go before the packets that they open: whoever reads the file reads it once. */
  const flush = (into: PacketSink, until: number): void => {
    const late = waiting.findIndex(({ at }) => at > until);
    const ripe = waiting.splice(0, late < 0 ? waiting.length : late);
    const bytes = Buffer.concat([...head, ...ripe.map((one) => one.bytes)]);
    head = [];
    size = waiting.reduce((sum, one) => sum + one.bytes.length, 0);
    written = written.then(() => into(bytes));
    written.catch(() => undefined);
  };
  return {
    table,
    add: (packet) => {
      table.add(packet);
      packets += 1;
      wireBytes += packet.wireBytes;
      if (!sink && size > MOST_WAITING_BYTES) {
        overflown = true;
        return;
      }
      const bytes = packetBlock(packet);
      waiting.push({ at: packet.at, bytes });
      size += bytes.length;
      if (!sink || size < FLUSH_BYTES) return;
      const oldest = waiting[0]?.at ?? packet.at;
      if (size > MOST_WAITING_BYTES) flush(sink, Infinity);
      else if (packet.at - oldest > 2 * SECRETS_MS) flush(sink, packet.at - SECRETS_MS);
    },
    secret: (line) => {
      head.push(secretsBlock(line));
    },
    adopt: (into) => {
      sink = into;
    },
    end: async (died) => {
      if (sink) flush(sink, Infinity);
      await written;
      const why = died ?? (overflown ? 'more passed between two trials than is kept' : null);
      return { packets, wireBytes, state: why === null ? 'whole' : 'cut', why };
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
    'Run as root, or give tcpdump CAP_NET_RAW; or write "listen": "usb" in devices.json, or "proxy" for a desktop browser.',
  );
}
