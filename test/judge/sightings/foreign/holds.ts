import type { Kind } from './payloads.ts';

/**
 * What is not opened for certain, by the encoder's name: the payloads that are not asked of it, and why. All else must
 * come out, to the last byte.
 */
const NOT_ASKED: readonly (readonly [RegExp, readonly Kind[], string])[] = [
  [/^xor|^rot13|^reversed/i, ['address', 'event', 'words', 'bytes'], 'told by the canary itself'],
  [/^(bzip2|xz|zstd, cut off|utf-7)$/, ['address', 'event', 'words', 'bytes'], 'not opened'],
  [
    /^base64, glued$|in the middle of a text/,
    ['event', 'words', 'bytes'],
    'alignments are guessed',
  ],
  [/^base58/, ['words', 'bytes'], 'only what opens to ASCII text is believed'],
  [/^base85/, ['address', 'words', 'bytes'], 'its letters are those of other rows'],
  [/^ascii85/, ['words', 'bytes'], 'its letters are those of other rows'],
  [/^utf-(16|32)/, ['words'], 'only texts mostly of one script are believed'],
  [/^utf-16, big endian, in a record/, ['address'], 'its letters begin at an odd byte'],
  [/^NUL between letters/, ['words'], 'taken for UTF-16, which it is only for Latin letters'],
  [/^uuencode/, ['address'], 'letters of a line may look like a form'],
  [/^lz-string/, ['words'], 'given up at the first character that no text holds'],
  [/cut off/, ['words', 'bytes'], 'what is cut off is believed where it opens to text'],
  [/^brotli/, ['words', 'bytes'], 'it has no magic, so it must open to text'],
];

export function isAsked(encoder: string, kind: Kind): boolean {
  return !NOT_ASKED.some(([name, kinds]) => name.test(encoder) && kinds.includes(kind));
}
