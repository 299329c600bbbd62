import { isPicture } from '../pictures/pictures.ts';
import { HAS, Value } from '../wrappings/value.ts';
import type { Gap } from './outcome/reading.ts';

export function gapsOf(value: Value, opened: boolean): Gap[] {
  const { bytes } = value;
  // What one row took for its own is judged by what came out.
  if (opened || !isOpaque(value)) return [];
  const why = `${bytes.length} bytes without structure`;
  return [{ kind: 'opaque', why, wrappings: [], bytes: bytes.length }];
}

/** What is left of a text when the spans within it are taken out. */
export function without(bytes: Buffer, spans: readonly Buffer[]): Buffer {
  if (spans.length === 0) return bytes;
  const rest: Buffer[] = [];
  let at = 0;
  const placed = spans.map((span) => ({ start: span.byteOffset - bytes.byteOffset, span }));
  for (const { start, span } of placed.sort((a, b) => a.start - b.start)) {
    if (start > at) rest.push(bytes.subarray(at, start));
    at = Math.max(at, start + span.length);
  }
  return Buffer.concat([...rest, bytes.subarray(at)]);
}

/**
 * Whether bytes look like chance and nothing explains them: encrypted, or packed in a way that no row knows. Text
 * is never opaque unless it is one dense run of ASCII. Judged by how often two bytes agree: chance 1 in 256, written
 * language about 1 in 15, dense ASCII codes 1 in 85.
 */
function isOpaque(value: Value): boolean {
  const { bytes } = value;
  if (bytes.length < 48) return false;
  if (value.isText)
    return (
      bytes.length >= 64 &&
      (value.kinds & (HAS.BLANK | HAS.LINE | HAS.HIGH)) === 0 &&
      rare(bytes, 72)
    );
  if (bytes.length <= WINDOW) return rare(bytes, 128);
  for (let at = 0; at + WINDOW <= bytes.length; at += WINDOW) {
    const window = bytes.subarray(at, at + WINDOW);
    if (!new Value(window).isText && rare(window, 128)) return true;
  }
  return rare(bytes.subarray(-WINDOW), 128);
}

/** What a file's first bytes say it is, when it is of a kind that is recognised and never opened; null otherwise. */
export function sealedKind(bytes: Buffer): string | null {
  if (SEALED_FIRST[bytes[0] ?? 0] === 0 && bytes[4] !== 0x66) return null;
  const head = bytes.toString('latin1', 0, 16);
  return SEALED.find(({ magic }) => magic.test(head))?.kind ?? null;
}

const WINDOW = 256;

/** Whether two bytes agree no more often than 1 in `kinds`, give or take what so few bytes allow. */
function rare(bytes: Buffer, kinds: number): boolean {
  COUNTS.fill(0);
  let agreeing = 0;
  // Each byte agrees with those of its kind that came before it.
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const before = COUNTS[byte] ?? 0;
    agreeing += before;
    COUNTS[byte] = before + 1;
  }
  const expected = (bytes.length * (bytes.length - 1)) / 2 / kinds;
  return agreeing <= expected + 2 * Math.sqrt(expected);
}

const COUNTS = new Uint32Array(256);

const SEALED: readonly { readonly kind: string; readonly magic: RegExp }[] = [
  { kind: 'a PNG image', magic: /^\x89PNG/ },
  { kind: 'a JPEG image', magic: /^\xff\xd8\xff/ },
  { kind: 'a GIF image', magic: /^GIF8/ },
  { kind: 'a WebP or other RIFF file', magic: /^RIFF/ },
  { kind: 'an ISO media file', magic: /^[\s\S]{4}ftyp/ },
  { kind: 'an Ogg file', magic: /^OggS/ },
  { kind: 'a font', magic: /^(?:wOFF|wOF2|OTTO|\0\x01\0\0\0)/ },
  { kind: 'a zip archive', magic: /^PK\x03\x04/ },
  { kind: 'a PDF document', magic: /^%PDF-/ },
  { kind: 'an xz stream', magic: /^\xfd7zXZ\0/ },
  { kind: 'a bzip2 stream', magic: /^BZh[1-9]1AY/ },
  { kind: 'an SQLite file', magic: /^SQLite format/ },
];

const SEALED_FIRST = new Uint8Array(256);
for (const byte of Buffer.from('\x89\xffGROw\0P%\xfdBS', 'latin1')) SEALED_FIRST[byte] = 1;

/**
 * What is recognised and never opened here; a picture that is `wanted` is kept, to be looked at when the tree is done.
 * One more than may be looked at (`wanted` says false) is cut off; where none is looked at (null), it is undecoded.
 */
export function sealedGap(why: string, bytes: Buffer, wanted: () => boolean | null): Gap {
  const gap = { kind: 'undecoded' as const, why, wrappings: [], bytes: bytes.length };
  const isWanted = isPicture(bytes) ? wanted() : null;
  if (isWanted === false) return { ...gap, kind: 'truncated', why: `${why}: one picture too many` };
  return isWanted === true ? { ...gap, picture: bytes } : gap;
}
