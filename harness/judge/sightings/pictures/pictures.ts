import { ENOUGH_BITS } from '../forms/chance.ts';
import type { Needle } from '../spot/needle.ts';
import { thumbnailIn } from './exif.ts';
import type { Fingerprint } from './fingerprint.ts';
import { bitsOfDifference, difference } from './fingerprint.ts';
import { seenIn } from './pixels.ts';

/** A planted picture that another one shows. */
export interface Likeness<Owner> {
  readonly owner: Owner;
  readonly form: string;
  readonly entropy: number;
  /** The share of signs that differ. */
  readonly share: number;
}

/**
 * Compares pictures with the planted ones, by what they show: a copy that was re-encoded or scaled, and the small one
 * inside a large one. What two unrelated pictures would do once in 2^48 is not reported.
 */
export function makeLikeness<Owner>(
  needles: readonly Needle<Owner>[],
): (picture: Buffer) => Promise<readonly Likeness<Owner>[]> {
  const planted = needles.filter(
    ({ form }) => form.name === 'exact' && form.bytes.length > 256 && isPicture(form.bytes),
  );
  let known: Promise<readonly (readonly [Owner, Fingerprint | null])[]> | null = null;
  return async (picture) => {
    if (planted.length === 0 || picture.length > LARGEST) return [];
    known ??= Promise.all(
      planted.map(async ({ owner, form }) => [owner, await seenIn(form.bytes)] as const),
    );
    const all = await known;
    for (const [bytes, form] of [
      [picture, 'picture, re-encoded or scaled'],
      [await thumbnailIn(picture), 'picture, as the thumbnail of another'],
    ] as const) {
      const seen = bytes === null ? null : await seenIn(bytes);
      if (seen === null) continue;
      const alike = all.flatMap(([owner, own]) => {
        if (own === null) return [];
        const share = difference(own, seen);
        const entropy = share < 0.5 ? bitsOfDifference(share) : 0;
        return entropy < ENOUGH_BITS ? [] : [{ owner, form, entropy, share }];
      });
      if (alike.length > 0) return alike;
    }
    return [];
  };
}

const LARGEST = 16 * 2 ** 20;

/** Whether the first bytes are those of a kind of picture that may be opened: never SVG, which is a program. */
export function isPicture(bytes: Buffer): boolean {
  const head = bytes.toString('latin1', 0, 16);
  return /^(?:\xff\xd8\xff|\x89PNG|GIF8|RIFF[\s\S]{4}WEBP|[\s\S]{4}ftyp(?:avif|heic|mif1))/.test(
    head,
  );
}
