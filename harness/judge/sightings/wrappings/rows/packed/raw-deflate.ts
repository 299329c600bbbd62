import { decode } from '../../decoder.ts';
import type { Opened, Wrapping } from '../../wrapping.ts';
import { NOT_THIS } from '../../wrapping.ts';
import { isTelling, isWords } from '../telling.ts';

/** A deflate stream without any header (RFC 1951). It has no magic: it counts only when it opens to something. */
export const rawDeflate: Wrapping = {
  name: 'deflate',
  evidence: 'SAML and PlantUML in URLs, permessage-deflate, pako.deflateRaw in web SDKs',
  needs: 0,
  lacks: 0,
  first: null,
  recognise: ({ bytes, isText }) => bytes.length >= 8 && !isText && isPlausible(bytes),
  open: ({ bytes }, room) => {
    const what = decode('deflate', bytes, room, true);
    if (what.bytes.length < 8) return NOT_THIS;
    const all = what.end === 'whole' && bytes.length - what.used <= 8;
    if (!(all ? what.bytes.length >= bytes.length / 2 : isLikely(what.bytes))) return NOT_THIS;
    if (what.end === 'whole' && !all) return NOT_THIS;
    return result(what.bytes, what.end, what.more);
  },
  wild: null,
  textProves: true,
};

function result(
  bytes: Buffer,
  end: 'whole' | 'short' | 'full' | 'broken',
  more: ReturnType<typeof decode>['more'],
): Opened {
  const lost = end === 'short' || end === 'broken';
  return {
    ...NOT_THIS,
    parts: [{ name: 'deflate', bytes }],
    whole: true,
    truncated: lost ? `deflate is damaged or cut off after ${bytes.length} opened bytes` : null,
    rest:
      more &&
      ((next) => {
        const piece = more(next);
        return result(piece.bytes, piece.end, piece.more);
      }),
  };
}

/** A prefix of chance is short and no text. */
function isLikely(bytes: Buffer): boolean {
  return bytes.length >= 16 && (isWords(bytes) || isTelling(bytes));
}

/** Not the reserved block type; a stored block's length is written twice; code counts within their bounds. */
function isPlausible(bytes: Buffer): boolean {
  const head = bytes.readUIntLE(0, 3);
  const type = (head >> 1) & 3;
  if (type === 0) return (bytes.readUInt16LE(1) ^ bytes.readUInt16LE(3)) === 0xffff;
  if (type === 2 && bytes.length < 24) return false;
  if (type === 2) return ((head >> 3) & 31) <= 29 && ((head >> 8) & 31) <= 29;
  return type === 1;
}
