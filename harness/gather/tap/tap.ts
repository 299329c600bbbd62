import type { Exchange } from '../../record/exchange.ts';
import type { Coverage } from './packets/coverage.ts';
import type { Spool } from './lines/kept.ts';

/** The wire-tap of one device: everything the phone sends through its proxy setting, for the whole run. */
export interface Tap extends AsyncDisposable {
  /** Loopback port that the phone's traffic is led to. */
  readonly port: number;
  /** The CA made for this run (PEM), for the phone's trust store. */
  readonly caPem: string;
  /** `<title>` of a visited page of ours, by URL path; other paths get a plain page. */
  title(path: string, title: string): void;
  /**
   * From now on the tap itself answers for everybody, as a sinkhole does, and nothing reaches them; the lines say so
   * (`fabricated`). False: they answer again.
   */
  withhold(replies: boolean): void;
  withholds(): boolean;
  /** True: from now on everything is carried past the reader, unread, and nobody's certificate is replaced. */
  carry(all: boolean): void;
  /** From now on each connection is asked after: which app of the device holds it. */
  askSenders(of: (port: number) => Promise<string | null>): void;
  /**
   * Starts a capture and ends the one before, without a gap: what completes between two trials belongs to the
   * later one. Every line is on disk when `finish` resolves. Fault: `tap-gone`.
   */
  capture(into: CaptureSink): Promise<Capture>;
}

/** Where a capture puts its lines and large bodies: the archive. */
export interface CaptureSink {
  /** Resolves when the line is written; lines are written in the order of the calls. */
  exchange(line: Exchange): Promise<void>;
  /** A body over 64 KiB, piece by piece. */
  spool(): Spool;
  /** Bytes of `packets.pcapng`, in order; called only where a gateway records packets. */
  packets(bytes: Buffer): Promise<void>;
}

export interface Capture {
  /** Resolves when the tap has seen a connection or request for this host. Rejects when the signal aborts. */
  seen(host: string, signal: AbortSignal): Promise<void>;
  /** Resolves when our second host has been told of this beacon (the known leak). */
  reported(beacon: string, signal: AbortSignal): Promise<void>;
  /** Says that the app under test is being ended, so that what breaks off now is put down to that. */
  ending(): void;
  /** Ends the capture: waits for open exchanges to settle (bounded), closes the books. */
  finish(): Promise<CaptureBooks>;
}

/** The books of one capture, connection by connection. */
export interface CaptureBooks {
  readonly connections: number;
  /** Connections of which no line tells: they forbid "not seen". */
  readonly unaccounted: number;
  /** The tap was closed by something else than us: nobody was heard from then on, and no capture is begun any more. */
  readonly deaf: boolean;
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** Whether the app's TLS refused our CA during this capture. */
  readonly refusals: readonly string[];
  readonly exchanges: number;
  /** Lines of which not all bytes were kept, and lines that only count others: whoever reads them is told so. */
  readonly truncated: number;
  /** What became of every byte on the wire; null where packets are not recorded. */
  readonly coverage: Coverage | null;
}
