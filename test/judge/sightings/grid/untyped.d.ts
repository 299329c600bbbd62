declare module 'ascii85' {
  export function encode(bytes: Uint8Array): Buffer;
}
declare module 'he' {
  interface Options {
    readonly decimal?: boolean;
    readonly useNamedReferences?: boolean;
    readonly encodeEverything?: boolean;
  }
  const he: { encode(text: string, options?: Options): string; escape(text: string): string };
  export default he;
}
declare module 'jsesc' {
  interface Options {
    readonly json?: boolean;
    readonly escapeEverything?: boolean;
  }
  export default function jsesc(text: string, options?: Options): string;
}
declare module 'lz4js' {
  const lz4: {
    compress(bytes: Uint8Array): Uint8Array;
    compressBlock(
      from: Uint8Array,
      to: Uint8Array,
      at: number,
      length: number,
      table: Uint32Array,
    ): number;
    compressBound(length: number): number;
    decompress(bytes: Uint8Array): Uint8Array;
    makeBuffer(length: number): Uint8Array;
  };
  export default lz4;
}
declare module 'snappyjs' {
  const snappy: {
    uncompress(bytes: Uint8Array): Uint8Array;
    compress(bytes: Uint8Array): Uint8Array;
  };
  export default snappy;
}
declare module 'quoted-printable' {
  const quotedPrintable: { encode(bytes: string): string };
  export default quotedPrintable;
}
