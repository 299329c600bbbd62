/** Somebody else's way to wrap bytes: no code of it is shared with the decoder that it tests. */
export interface Encoder {
  readonly name: string;
  /** The row that must open it, as its name stands in the chain of wrappings; null: it is found without any. */
  readonly row: RegExp | null;
  /** Only text can be wrapped so. */
  readonly textOnly: boolean;
  /** Whether a lone value can be found under it; else only a text of some length. */
  readonly lone: boolean;
  /** `turn` varies what is left to chance: neighbours, alignments, keys. */
  readonly pack: (bytes: Buffer, turn: number) => Buffer | Promise<Buffer>;
}

export function ofText(
  name: string,
  row: RegExp | null,
  pack: (text: string, turn: number) => string | Uint8Array | Promise<string | Uint8Array>,
): Encoder {
  return {
    name,
    row,
    textOnly: true,
    lone: true,
    pack: async (bytes, turn) => buffer(await pack(bytes.toString('utf8'), turn)),
  };
}

export function ofBytes(
  name: string,
  row: RegExp | null,
  pack: (bytes: Uint8Array, turn: number) => string | Uint8Array | Promise<string | Uint8Array>,
): Encoder {
  return {
    name,
    row,
    textOnly: false,
    lone: true,
    pack: async (bytes, turn) => buffer(await pack(new Uint8Array(bytes), turn)),
  };
}

/**
 * The same, cut off in its last part, as a capture or an upload cuts it. `row` is null where the beginning of what is
 * packed stands in plain anyway.
 */
export function cutOff(encoder: Encoder, keep: number, row = encoder.row): Encoder {
  return {
    ...encoder,
    row,
    name: `${encoder.name}, cut off`,
    pack: async (bytes, turn) => {
      // What is lost at the end must be something else than the canary.
      const filler = Buffer.from(`,"session":"${'0123456789abcdefXYZ'.repeat(40)}"${turn}`);
      const packed = await encoder.pack(Buffer.concat([bytes, filler]), turn);
      return packed.subarray(0, Math.ceil(packed.length * keep));
    },
  };
}

function buffer(packed: string | Uint8Array): Buffer {
  return typeof packed === 'string' ? Buffer.from(packed) : Buffer.from(packed);
}
