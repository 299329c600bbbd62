import type { EventEmitter } from 'node:events';
import { once } from 'node:events';
import type { Body } from '../../record/exchange.ts';
import type { Draft } from './lines/draft.ts';
import { openNotices } from './notices.ts';
import type { Capture, CaptureBooks, CaptureSink } from './tap.ts';

/** Leads lines to the capture that is running; between two captures they wait for the next one. */
export interface Captures {
  tell(draft: Draft): void;
  /** The tap has seen a connection or request for this host. */
  saw(host: string): void;
  /** Our second host has been told of this beacon. */
  reported(beacon: string): void;
  start(into: CaptureSink): Promise<Capture>;
}

export interface CaptureNeeds {
  /** Says `stirred` whenever something that a capture waits for may have come. */
  readonly stirs: EventEmitter;
  /** Nothing is under way that would become a line of this capture. */
  isQuiet(): boolean;
  /** Tells what is still open, and closes the books. */
  cut(): Omit<CaptureBooks, 'exchanges'>;
  /** A line could not be held. */
  lost(): void;
}

/** How long a capture waits for what is under way, by the wall: servers do not answer faster in a timelapse. */
const PATIENCE_MS = 2000;
const INLINE_BYTES = 64 * 2 ** 10;
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
    start: async (into) => {
      await running?.capture.finish();
      const started = runningCapture(into, async () => {
        await quiet(needs);
        const books = needs.cut();
        if (running === started) running = null;
        return books;
      });
      running = started;
      for (const draft of held.splice(0)) started.write(draft);
      return started.capture;
    },
  };
}

interface Running {
  readonly capture: Capture;
  readonly hosts: ReturnType<typeof openNotices>;
  readonly beacons: ReturnType<typeof openNotices>;
  write(draft: Draft): void;
}

function runningCapture(
  into: CaptureSink,
  close: () => Promise<Omit<CaptureBooks, 'exchanges'>>,
): Running {
  const hosts = openNotices();
  const beacons = openNotices();
  let exchanges = 0;
  let written: Promise<void> = Promise.resolve();
  let finished: Promise<CaptureBooks> | undefined;

  const finish = async (): Promise<CaptureBooks> => {
    const books = await close();
    await written;
    return { ...books, exchanges };
  };
  return {
    hosts,
    beacons,
    write: (draft) => {
      exchanges += 1;
      // In order, and no more after the first that the disk did not take; `finish` says so.
      written = written.then(() => putAway(draft, into));
      written.catch(() => undefined);
    },
    capture: {
      seen: (host, signal) => hosts.heard(host.toLowerCase(), signal),
      reported: (beacon, signal) => beacons.heard(beacon, signal),
      finish: () => (finished ??= finish()),
    },
  };
}

async function quiet({ stirs, isQuiet }: CaptureNeeds): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  while (!isQuiet() && !signal.aborted) {
    await once(stirs, 'stirred', { signal }).catch(() => undefined);
  }
}

async function putAway(
  { line, requestBody, responseBody }: Draft,
  into: CaptureSink,
): Promise<void> {
  await into.exchange({
    ...line,
    requestBody: await bodyOf(requestBody, into),
    responseBody: await bodyOf(responseBody, into),
  });
}

async function bodyOf(bytes: Buffer | null, into: CaptureSink): Promise<Body | null> {
  if (bytes === null) return null;
  if (bytes.length <= INLINE_BYTES) return { base64: bytes.toString('base64') };
  return await into.blob(bytes);
}
