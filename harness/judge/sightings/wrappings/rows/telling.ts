import { Value } from '../value.ts';

/**
 * Whether bytes look like something that somebody packed, and not like the chance that a wrong guess gives: text,
 * or the first bytes of a stream or a file that has a magic.
 */
export function isTelling(bytes: Buffer): boolean {
  if (bytes.length < 8) return false;
  return hasMagic(bytes) || isWords(bytes.subarray(0, 4096)) || isMade(bytes);
}

/** Text of two or four bytes a letter, or a record that begins with its own length: BSON and a frame of gRPC. */
function isMade(bytes: Buffer): boolean {
  const { length } = bytes;
  if (length < 12) return false;
  if (bytes.readUInt32LE(0) === length && bytes[length - 1] === 0) return true;
  if ((bytes[0] ?? 2) <= 1 && bytes.readUInt32BE(1) === length - 5) return true;
  if (bytes[0] !== 0 && bytes[1] !== 0) return false;
  return (
    areWide(bytes, 0, 2) || areWide(bytes, 1, 2) || areWide(bytes, 0, 4) || areWide(bytes, 3, 4)
  );
}

/** Whether every step-th byte from a place on is a letter of ASCII, and the first ones between them are zeros. */
function areWide(bytes: Buffer, from: number, step: number): boolean {
  for (let at = 0; at < 12; at++) {
    const byte = bytes[at] ?? 0;
    if (at % step === from ? byte < 0x20 || byte > 0x7e : byte !== 0) return false;
  }
  return true;
}

function hasMagic(bytes: Buffer): boolean {
  const first = bytes[0];
  return MAGIC.some((magic) => magic[0] === first && bytes.indexOf(magic) === 0);
}

/** A digest, an identifier or a key: bytes of a usual length that nothing else explains. */
export function isDigestLong(bytes: { readonly length: number }): boolean {
  return DIGEST_LENGTHS.has(bytes.length);
}

/** Text with some letters or digits in it; a cut in the middle of a character does not matter. */
export function isWords(bytes: Buffer): boolean {
  let last = bytes.length - 1;
  while (last >= 0 && (bytes[last] ?? 0) >= 0x80) last--;
  const whole = bytes.length - last <= 4 ? bytes.subarray(0, last + 1) : bytes;
  const text = new Value(whole).isText;
  return text && whole.length >= 8 && /[A-Za-z0-9]{3}/.test(whole.toString('latin1', 0, 512));
}

const DIGEST_LENGTHS: ReadonlySet<number> = new Set([8, 16, 20, 24, 28, 32, 48, 64]);

const MAGIC: readonly Buffer[] = [
  '1f8b08',
  '7801',
  '785e',
  '789c',
  '78da',
  '28b52ffd',
  '04224d18',
  'ff060000734e61507059',
  '62706c697374',
].map((hex) => Buffer.from(hex, 'hex'));
