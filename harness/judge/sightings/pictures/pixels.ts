import sharp from 'sharp';
import type { Fingerprint } from './fingerprint.ts';
import { GRID, fingerprintOf } from './fingerprint.ts';

sharp.cache(false);
sharp.concurrency(1);

/** What a picture shows; null of one that does not open. Bounded in pixels and time. The door to sharp. */
export async function seenIn(bytes: Buffer): Promise<Fingerprint | null> {
  try {
    const colours = await sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1 })
      .autoOrient()
      .flatten({ background: '#808080' })
      .toColourspace('srgb')
      .resize(GRID, GRID, { fit: 'fill', kernel: 'cubic' })
      .timeout({ seconds: SECONDS })
      .raw()
      .toBuffer();
    return fingerprintOf(colours);
  } catch {
    // Whatever is wrong with it, it stays a picture that was not opened, and is reported as such.
    return null;
  }
}

/** More than any phone's camera takes. */
const MOST_PIXELS = 120_000_000;
const SECONDS = 10;
