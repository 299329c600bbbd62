import type { EventEmitter } from 'node:events';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Body } from '../../record/exchange.ts';
import { Fault } from '../../lib/fault.ts';
import type { Draft } from './lines/draft.ts';
import type { Content, Spool } from './lines/kept.ts';
import { INLINE_BYTES } from './lines/kept.ts';
import type { Pressure } from './lines/pressure.ts';
import { headBytesOf, openQuota } from './lines/quota.ts';
import { openNotices } from './notices.ts';
import type { Coverage } from './packets/coverage.ts';
import type { Capture, CaptureBooks, CaptureSink } from './tap.ts';

/** Leads lines to the capture that is running; between two captures they wait for the next one. */
export interface Captures {
  tell(draft: Draft): void;
  /** The tap has seen a connection or request for this host. */
  saw(host: string): void;
  /** Our second host has been told of this beacon. */
  reported(beacon: string): void;
  /** A line of a TLS key log, for whoever records packets. */
  secret(line: string): void;
  /** Where a large body goes at this moment; null between two captures. */
  spool(): Spool | null;
  start(into: CaptureSink): Promise<Capture>;
}

export interface CaptureNeeds {
  /** Says `stirred` whenever something that a capture waits for may have come. */
  readonly stirs: EventEmitter;
  /** Nothing is under way that would become a line of this capture. */
  isQuiet(): boolean;
  /** Tells what is still open, and closes the books. */
  cut(): Omit<CaptureBooks, 'exchanges' | 'truncated' | 'coverage'>;
  /** Begins to record packets for a capture; null where there is no recorder. */
  readonly packets: ((into: CaptureSink) => Promise<PacketBooks>) | null;
  /** A line could not be held. */
  lost(): void;
  /** Nobody is heard any more. */
  isDeaf(): boolean;
  readonly pressure: Pressure;
}

/** The packets of one capture. */
export interface PacketBooks {
  /** A line that the tap told while they were recorded; true where the books keep it back, to tell it at the end. */
  takes(draft: Draft): boolean;
  /** A secret of one of the tap's TLS connections, as a line of a key log. */
  secret(line: string): void;
  /** The app is being ended: handshakes that are under way will come to nothing, and nobody refused us in them. */
  ending(): void;
  /** Ends the recording, and tells of what the tap could not see. */
  close(tell: (draft: Draft) => void): Promise<Coverage>;
}

/** How long a capture waits for what is under way, by the wall: servers do not answer faster in a timelapse. */
const PATIENCE_MS = 2000;
/** A connection becomes an idle one without anything stirring. */
const LOOK_MS = 100;
const MOST_HELD = 10_000;

export function openCaptures(needs: CaptureNeeds): Captures {
  let running: Running | null = null;
  const held: Draft[] = [];

  return {
    tell: (draft) => {
      if (running) running.write(draft);
      else if (held.length < MOST_HELD) held.push(draft);
      else needs.lost();
    },
    saw: (host) => {
      running?.hosts.note(host);
    },
    reported: (beacon) => {
      running?.beacons.note(beacon);
    },
    secret: (line) => {
      running?.packets?.secret(line);
    },
    spool: () => running?.spool() ?? null,
    start: async (into) => {
      await running?.capture.finish();
      if (needs.isDeaf()) throw gone();
      const packets = (await needs.packets?.(into)) ?? null;
      const started = runningCapture(into, needs.pressure, packets, async () => {
        await quiet(needs);
        const books = needs.cut();
        const coverage = packets === null ? null : await packets.close(started.write);
        if (running === started) running = null;
        return { ...books, coverage };
      });
      running = started;
      for (const draft of held.splice(0)) started.write(draft);
      return started.capture;
    },
  };
}

function gone(): Fault {
  return new Fault(
    'tap-gone',
    'the tap was closed from outside, and hears nobody any more',
    'Go on with --resume, which opens another. If it happens again, look at the free memory and open files (ulimit -n) of this machine.',
  );
}

interface Running {
  readonly capture: Capture;
  readonly hosts: ReturnType<typeof openNotices>;
  readonly beacons: ReturnType<typeof openNotices>;
  readonly packets: PacketBooks | null;
  write(draft: Draft): void;
  spool(): Spool;
}

function runningCapture(
  into: CaptureSink,
  pressure: Pressure,
  packets: PacketBooks | null,
  close: () => Promise<Omit<CaptureBooks, 'exchanges' | 'truncated'>>,
): Running {
  const hosts = openNotices();
  const beacons = openNotices();
  let exchanges = 0;
  let truncated = 0;
  let handedOver: Promise<void> = Promise.resolve();
  let settled: Promise<void> = Promise.resolve();
  const failures: unknown[] = [];
  let finished: Promise<CaptureBooks> | undefined;

  const spool = (): Spool => pressed(into.spool(), pressure);
  const put = (draft: Draft): void => {
    if (packets?.takes(draft) === true) return;
    exchanges += 1;
    const cut = draft.line.truncated;
    if (cut.request || cut.response) truncated += 1;
    const bytes = weightOf(draft);
    pressure.add(bytes);
    const whole = withBodies(draft, spool);
    whole.catch(() => undefined);
    const written = (error?: unknown): void => {
      if (error !== undefined) failures.push(error);
      pressure.done(bytes);
    };
    // In the order of the calls, and no more after the first that the disk did not take; `finish` says so.
    handedOver = handedOver.then(async () => {
      const line = await whole.catch(written);
      if (!line || failures.length > 0) {
        if (line) written();
        return;
      }
      const done = into.exchange(line).then(() => {
        written();
      }, written);
      settled = Promise.all([settled, done]).then(() => undefined);
    });
  };
  const quota = openQuota(put);

  const finish = async (): Promise<CaptureBooks> => {
    const books = await close();
    quota.close();
    await handedOver;
    await settled;
    if (failures.length > 0) throw failures[0];
    return { ...books, exchanges, truncated };
  };
  return {
    hosts,
    beacons,
    packets,
    write: quota.admit,
    spool,
    capture: {
      seen: (host, signal) => hosts.heard(host.toLowerCase(), signal),
      reported: (beacon, signal) => beacons.heard(beacon, signal),
      ending: () => {
        packets?.ending();
      },
      finish: () => (finished ??= finish()),
    },
  };
}

async function quiet({ stirs, isQuiet }: CaptureNeeds): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  // What the kernel holds ready is taken up first: the last connections of an app that was just ended.
  await nextTurn();
  while (!isQuiet() && !signal.aborted) {
    const look = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]);
    await once(stirs, 'stirred', { signal: look }).catch(() => undefined);
  }
}

/** What waits for the disk is what the phone's side may not outrun. */
function pressed(spool: Spool, pressure: Pressure): Spool {
  return {
    write: async (bytes) => {
      pressure.add(bytes.length);
      await spool.write(bytes);
      pressure.done(bytes.length);
    },
    close: () => spool.close(),
  };
}

function weightOf({ line, requestBody, responseBody }: Draft): number {
  const bodies = [requestBody, responseBody].filter((content) => Buffer.isBuffer(content));
  return bodies.reduce((sum, { length }) => sum + length, headBytesOf(line));
}

async function withBodies(
  { line, requestBody, responseBody }: Draft,
  spool: () => Spool,
): Promise<Draft['line']> {
  const [request, response] = await Promise.all([
    bodyOf(requestBody, spool),
    bodyOf(responseBody, spool),
  ]);
  return { ...line, requestBody: request, responseBody: response };
}

async function bodyOf(content: Content | null, spool: () => Spool): Promise<Body | null> {
  if (content === null || !Buffer.isBuffer(content)) return await content;
  if (content.length <= INLINE_BYTES) return { base64: content.toString('base64') };
  const large = spool();
  await large.write(content);
  return await large.close();
}
