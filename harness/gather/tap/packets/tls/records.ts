/** One record of TLS, as on the wire (RFC 8446 §5.1; the same since TLS 1.0). */
export interface TlsRecord {
  readonly type: number;
  readonly head: Buffer;
  readonly body: Buffer;
}

export const CHANGE_CIPHER_SPEC = 20;
export const HANDSHAKE = 22;
/** In TLS 1.3 everything protected looks like an application's bytes from the outside. */
export const APPLICATION = 23;

/** Kinds of handshake messages. */
export const SERVER_HELLO = 2;
export const FINISHED = 20;

/** The records that these bytes are; null where they are none, or the last is cut off. */
export function wholeRecords(bytes: Buffer): readonly TlsRecord[] | null {
  const records = [...recordsIn(bytes)];
  const length = records.reduce((sum, { body }) => sum + 5 + body.length, 0);
  return length === bytes.length ? records : null;
}

/** The whole records at the beginning. */
export function* recordsIn(bytes: Buffer): Generator<TlsRecord> {
  let at = 0;
  while (at + 5 <= bytes.length) {
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    if (end > bytes.length) return;
    const [head, body] = [bytes.subarray(at, at + 5), bytes.subarray(at + 5, end)];
    yield { type: bytes[at] ?? 0, head, body };
    at = end;
  }
}

/** What a ServerHello settles (RFC 5246 §7.4.1.3, RFC 8446 §4.1.3). */
export interface Settled {
  readonly random: Buffer;
  readonly suite: number;
  /** As the wire has it; what the field says is TLS 1.2 in TLS 1.3 too, and an extension the truth. */
  readonly version: number;
  /** Types of its extensions. */
  readonly extensions: ReadonlySet<number>;
}

const SUPPORTED_VERSIONS = 43;

/** Null where it is none, or asks for compression. */
export function settledBy(message: Buffer): Settled | null {
  // Type, length, version, random; then a session id of its own length, and what was chosen.
  const at = 39 + (message[38] ?? 0);
  if (message[0] !== SERVER_HELLO || message.length < at + 3 || message[at + 2] !== 0) return null;
  const end = Math.min(message.length, 4 + message.readUIntBE(1, 3));
  const extensions = new Set<number>();
  let version = message.readUInt16BE(4);
  for (let next = at + 5; next + 4 <= end; next += 4 + message.readUInt16BE(next + 2)) {
    const type = message.readUInt16BE(next);
    extensions.add(type);
    if (type === SUPPORTED_VERSIONS && next + 6 <= end) version = message.readUInt16BE(next + 4);
  }
  return { random: message.subarray(6, 38), suite: message.readUInt16BE(at), version, extensions };
}
