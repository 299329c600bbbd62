import { Duplex } from 'node:stream';

/** What a stream needs of its connection. */
export interface StreamLink {
  readonly maxPayload: number;
  write(payload: Buffer): void;
  acknowledge(): void;
  close(): void;
}

/**
 * One adb stream as Node's HTTP server and every service can use it. At most one WRTE is on its way in each
 * direction; what is written together goes out together (head and body of an HTTP answer in two WRTEs cost the
 * host 40 ms of delayed ACK). The protocol has no half-close: ending our side ends the stream.
 */
export class AdbStream extends Duplex {
  readonly #link: StreamLink;
  readonly #gone = new AbortController();
  #acknowledged: (() => void) | undefined;
  #owesAck = false;
  #closed = false;

  constructor(link: StreamLink) {
    super({ allowHalfOpen: true });
    this.#link = link;
    // A peer that leaves early is ordinary; whoever cares hears of it through `gone`.
    this.on('error', () => undefined);
    this.once('end', () => {
      if (this.#closed) this.destroy();
    });
  }

  /** Aborted when the peer has closed the stream or the connection is lost. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** A WRTE has come. It is acknowledged when the consumer has room for more. */
  received(payload: Buffer): void {
    // A host that writes on before it was acknowledged would fill our memory.
    if (this.#owesAck) this.destroy();
    else if (this.push(payload)) this.#link.acknowledge();
    else this.#owesAck = true;
  }

  /** Our last WRTE has been taken by the host. */
  okayed(): void {
    const resume = this.#acknowledged;
    this.#acknowledged = undefined;
    resume?.();
  }

  /** The host has closed the stream: what it sent before is still to be read. */
  hungUp(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.push(null);
    this.#gone.abort();
    this.okayed();
  }

  override _read(): void {
    if (!this.#owesAck) return;
    this.#owesAck = false;
    this.#link.acknowledge();
  }

  override _write(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    void this.#send(chunk).then(() => {
      done();
    });
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    void this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk))).then(() => {
      done();
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#close();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#close();
    this.#gone.abort();
    this.okayed();
    done(error);
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  async #send(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length && !this.#closed; at += this.#link.maxPayload) {
      this.#link.write(bytes.subarray(at, at + this.#link.maxPayload));
      const { promise, resolve } = Promise.withResolvers<undefined>();
      this.#acknowledged = () => {
        resolve(undefined);
      };
      await promise;
    }
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#link.close();
    this.push(null);
  }
}
