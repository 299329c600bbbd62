/** Takes a byte stream in pieces of the caller's choosing, however it was chopped up. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #chunks: Buffer[] = [];
  #held = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Exactly `count` bytes; `undefined` when the stream ends before. */
  async take(count: number): Promise<Buffer | undefined> {
    while (this.#held < count) {
      const next = await this.#source.next();
      if (next.done === true) return undefined;
      this.#chunks.push(next.value);
      this.#held += next.value.length;
    }
    const all = this.#chunks.length === 1 ? this.#chunks[0] : undefined;
    const joined = all ?? Buffer.concat(this.#chunks);
    this.#chunks = joined.length > count ? [joined.subarray(count)] : [];
    this.#held = joined.length - count;
    return joined.subarray(0, count);
  }
}
