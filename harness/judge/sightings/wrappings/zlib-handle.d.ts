import 'node:zlib';

/**
 * The synchronous handle under every stream of node:zlib, which node's own sync functions drive in the same way. It is
 * not documented; the Node that this runs on is pinned, and a test drives every codec through it.
 */
declare module 'node:zlib' {
  interface Zlib {
    readonly _handle: {
      reset(): void;
      writeSync(
        flush: number,
        input: Uint8Array,
        inputAt: number,
        inputLength: number,
        output: Uint8Array,
        outputAt: number,
        outputLength: number,
      ): void;
    };
    /** After a write: bytes left unused in the output, bytes left unread in the input. */
    readonly _writeState: Uint32Array;
  }
}
