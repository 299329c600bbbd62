import { seamOf } from '../../compressed.ts';
import { decode } from '../../decoder.ts';
import type { Opened, Wrapping } from '../../wrapping.ts';
import { NOT_THIS } from '../../wrapping.ts';
import { isTelling, isWords } from '../telling.ts';
import { mayBeDeflate } from './first-block.ts';

/** A deflate stream without any header (RFC 1951). It has no magic: it counts only when it opens to something. */
export const rawDeflate: Wrapping = {
  name: 'deflate',
  evidence: 'SAML and PlantUML in URLs, permessage-deflate, pako.deflateRaw in web SDKs',
  needs: 0,
  lacks: 0,
  first: null,
  recognise: ({ bytes, isText }) => bytes.length >= 8 && !isText && mayBeDeflate(bytes),
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
        const seam = seamOf(bytes, next);
        const piece = more(next - seam.length);
        return result(Buffer.concat([seam, piece.bytes]), piece.end, piece.more);
      }),
  };
}

/** A prefix of chance is short and no text. */
function isLikely(bytes: Buffer): boolean {
  return bytes.length >= 16 && (isWords(bytes) || isTelling(bytes));
}
