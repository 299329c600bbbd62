import { ENOUGH_BITS } from '../forms/chance.ts';
import type { Needle } from '../spot/needle.ts';
import type { Darkroom, Developed, Failure } from './darkroom.ts';
import type { Fingerprint } from './fingerprint.ts';
import { bitsOfDifference, difference } from './fingerprint.ts';

/** A planted picture that another one shows. */
export interface Likeness<Owner> {
  readonly owner: Owner;
  readonly form: string;
  readonly entropy: number;
  /** The share of signs that differ. */
  readonly share: number;
}

/** What a picture of the traffic gave: what is written in it, whom it shows, and why that is not all. */
export interface Looked<Owner> {
  readonly written: Buffer | null;
  readonly alike: readonly Likeness<Owner>[];
  readonly failed: Failure | null;
}

/**
 * Compares pictures with the planted ones, by what they show: a copy that was re-encoded or scaled, and the small one
 * inside a large one. What two unrelated pictures would do once in 2^48 is not reported.
 */
export function makeLikeness<Owner>(
  needles: readonly Needle<Owner>[],
  darkroom: Pick<Darkroom, 'develop'>,
): (picture: Buffer) => Promise<Looked<Owner>> {
  const planted = needles.filter(
    ({ form }) => form.name === 'exact' && form.bytes.length > 256 && isPicture(form.bytes),
  );
  let known: Promise<readonly (readonly [Owner, Developed])[]> | null = null;
  return async (picture) => {
    const pixels = planted.length > 0;
    known ??= Promise.all(
      planted.map(
        async ({ owner, form }) => [owner, await darkroom.develop(form.bytes, true)] as const,
      ),
    );
    const all = await known;
    const { written, shown, small, failed } = await darkroom.develop(picture, pixels);
    const unopened = all.find(([, { shown: own, failed: why }]) => own === null && why !== null);
    const why = unopened?.[1].failed;
    return {
      written,
      alike: [
        ...likenesses(all, shown, 'picture, re-encoded or scaled'),
        ...likenesses(all, small, 'picture, as the thumbnail of another'),
      ],
      failed:
        failed ?? (why ? { why: `a planted picture was not seen: ${why.why}`, limit: true } : null),
    };
  };
}

function likenesses<Owner>(
  planted: readonly (readonly [Owner, Developed])[],
  seen: Fingerprint | null,
  form: string,
): Likeness<Owner>[] {
  if (seen === null) return [];
  return planted.flatMap(([owner, { shown: own }]) => {
    if (own === null) return [];
    const share = difference(own, seen);
    const entropy = share < 0.5 ? bitsOfDifference(share) : 0;
    return entropy < ENOUGH_BITS ? [] : [{ owner, form, entropy, share }];
  });
}

/** Whether the first bytes are those of a kind of picture that may be opened: never SVG, which is a program. */
export function isPicture(bytes: Buffer): boolean {
  const head = bytes.toString('latin1', 0, 16);
  return /^(?:\xff\xd8\xff|\x89PNG|GIF8|RIFF[\s\S]{4}WEBP|[\s\S]{4}ftyp(?:avif|heic|mif1))/.test(
    head,
  );
}
