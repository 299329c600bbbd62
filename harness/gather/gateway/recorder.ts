import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import type { Child } from '../../lib/children.ts';
import { spawnChild } from '../../lib/children.ts';
import { Fault } from '../../lib/fault.ts';
import type { SteadyClock } from '../../lib/clock.ts';
import { kernelCount } from '../disk.ts';
import type { Pressure } from '../tap/lines/pressure.ts';
import type { FlowTable } from '../tap/packets/flows.ts';
import type { Packet } from '../tap/packets/reader.ts';
import { packetReader } from '../tap/packets/reader.ts';
import { openBrake } from './brake.ts';
import type { Beginnings } from './destination.ts';
import type { PacketSink, RecordEnd } from './record.ts';
import { openRecord } from './record.ts';

/** Everything that passes the cable of one device, as packets, for the whole run; cut into one file a trial. */
export interface Recorder extends AsyncDisposable, Beginnings {
  /**
   * Begins a record, with what passed since the one before has ended. Where one ends, a datagram of our own marks the
   * place in the stream itself, so that no clock is asked.
   */
  record(into: PacketSink): Promise<PacketRecord>;
  /** Slows down whoever sends what is recorded, while it comes faster than it can be read. */
  press(on: Pressure): void;
}

export interface PacketRecord {
  readonly table: FlowTable;
  /** A line of a TLS key log, kept beside the packets that it opens. */
  secret(line: string): void;
  /** Ends the record and says how it ended: `cut` where the recorder died, fell behind, or the wall clock was set. */
  end(): Promise<RecordEnd>;
}

/**
 * Longer than any frame of a cable with the usual MTU. The kernel keeps room for so much of each packet: with the whole
 * of what a packet may be, a burst of three hundred was lost.
 */
const SNAP = '2048';
/** RFC 863: what is sent there is thrown away. */
const DISCARD = 9;
/** A datagram over a cable of this machine takes microseconds; a recorder that has not seen it by then is dead. */
const PATIENCE_MS = 10_000;
/** What a time service corrects in passing. */
const TOLERATED_MS = 1000;

/**
 * Packets are stamped by the wall clock, which can be set, and kept by the record's clock, which cannot. Where the wall
 * clock is set by more than a second, the record says so: the device has that clock, too, and was disturbed.
 */
export async function openRecorder(given: {
  readonly cable: string;
  readonly address: string;
  readonly mark: string;
  readonly only: string | null;
  readonly clock: Pick<SteadyClock, 'ahead'>;
}): Promise<Recorder> {
  await using held = new AsyncDisposableStack();
  const args = ['-i', given.cable, '-s', SNAP, '-U', '-n', '-Z', 'root', '-B', '65536', '-w', '-'];
  const only = given.only === null ? [] : [given.only];
  const dump = held.use(await spawnChild('tcpdump', ['--immediate-mode', ...args, ...only]));
  const listening = listens(dump.stderr);
  const marks = new EventEmitter();
  const reads = new EventEmitter().setMaxListeners(0);
  const marker = createSocket('udp4');
  held.defer(() => {
    marker.close();
  });
  marker.bind(0, given.address);
  await once(marker, 'listening');
  marker.setBroadcast(true);

  let ahead = given.clock.ahead();
  let begun = ahead;
  let set = 0;
  let running = openRecord(given.cable);
  let gone = false;
  let pending: Mark | null = null;
  let read = 0;
  const packets = packetReader((packet) => {
    read += 1;
    packet.at -= ahead;
    if (pending && carries(packet, pending.word)) {
      pending.seen();
      pending = null;
      marks.emit('seen');
    } else running.add(packet);
  });
  const look = (): void => {
    ahead = given.clock.ahead();
    if (Math.abs(ahead - begun) > Math.abs(set)) set = ahead - begun;
  };
  // A cable that others use as well counts more than is recorded.
  const brake =
    given.only === null
      ? openBrake(
          () => passedOver(given.cable),
          () => dump.stdout.isPaused(),
        )
      : null;
  dump.stdout.on('data', (chunk: Buffer) => {
    look();
    read = 0;
    packets.push(chunk);
    brake?.read(read);
    reads.emit('read');
    const behind = running.behind();
    if (behind === null) return;
    // What the kernel cannot hold meanwhile it drops and counts.
    dump.stdout.pause();
    void behind.then(() => dump.stdout.resume());
  });
  void dump.ended.then(() => {
    gone = true;
    brake?.[Symbol.dispose]();
    marks.emit('gone');
  });
  if (!(await listening)) throw dead(given.cable);
  brake?.even();
  held.use(brake);

  const drops = dropsOf(dump);
  let dropped = 0;
  const flawOf = async (): Promise<string | null> => {
    look();
    const by = set;
    [begun, set] = [ahead, 0];
    if (gone) return 'the packet recorder ended by itself';
    const before = dropped;
    dropped = await drops();
    if (dropped > before) return `${String(dropped - before)} packets passed and were not recorded`;
    if (Math.abs(by) <= TOLERATED_MS) return null;
    return `the wall clock was set by ${(by / 1000).toFixed(1)} s meanwhile`;
  };

  /** Begins the next record where everything that passed before now has been read. */
  const next = async (): Promise<void> => {
    const before = running;
    const seen = (): void => {
      running = openRecord(given.cable);
      brake?.even();
    };
    if (!gone) {
      const word = randomBytes(24);
      pending = { word, seen };
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const come = Promise.race([once(marks, 'seen', { signal }), once(marks, 'gone', { signal })]);
      marker.send(word, DISCARD, given.mark);
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
          return await mine.end(await flawOf());
        },
      };
    },
    press: (on) => brake?.press(on),
    begunFrom: (port) => running.table.from(port),
    more: async (signal) =>
      !gone &&
      (await once(reads, 'read', { signal }).then(
        () => true,
        () => false,
      )),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** Packets that have passed a cable in both directions, as its driver counts them. */
function passedOver(cable: string): number {
  const count = (direction: string): number =>
    kernelCount(`/sys/class/net/${cable}/statistics/${direction}_packets`);
  return count('rx') + count('tx');
}

interface Mark {
  readonly word: Buffer;
  seen(): void;
}

/** Ethernet, IPv4 and UDP heads before a marker. */
const HEADS = 14 + 20 + 8;

/** Nobody can have known the word before it was sent, and it is awaited once: the device cannot hide behind it. */
function carries({ from, start, end }: Packet, word: Buffer): boolean {
  return (
    end - start === HEADS + word.length &&
    from.compare(word, 0, word.length, start + HEADS, end) === 0
  );
}

/** Asks tcpdump how many packets the kernel has dropped so far: it says so on stderr when it gets this signal. */
function dropsOf({ pid, stderr }: Child): () => Promise<number> {
  let last = 0;
  const told = new EventEmitter();
  stderr.on('data', (chunk: Buffer) => {
    const counts = [
      ...chunk.toString().matchAll(/(\d+) packets? dropped by (?:kernel|interface)/g),
    ];
    if (counts.length === 0) return;
    last = counts.reduce((sum, [, count]) => sum + Number(count), 0);
    told.emit('told');
  });
  return async () => {
    const answer = once(told, 'told', { signal: AbortSignal.timeout(PATIENCE_MS) });
    process.kill(pid, 'SIGUSR1');
    await answer.catch(() => undefined);
    return last;
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
