import sharp from 'sharp';
import { GRID } from './fingerprint.ts';
import type { Failure } from './darkroom.ts';

sharp.cache(false);
sharp.concurrency(1);

/** A picture made small: 32 × 32 colours, and what is wrong with it. Of one that breaks off, what there is of it. */
export interface Small {
  readonly colours: Buffer | null;
  readonly failed: Failure | null;
}

/** Makes a picture small. Bounded in pixels and time; for the darkroom's own process only. The door to sharp. */
export async function smallOf(bytes: Buffer): Promise<Small> {
  try {
    return { colours: await coloursOf(bytes, 'error'), failed: null };
  } catch (error) {
    const limit = limitIn(error);
    if (limit !== null) return { colours: null, failed: { why: limit, limit: true } };
  }
  try {
    const colours = await coloursOf(bytes, 'none');
    return { colours, failed: { why: 'it is damaged or cut off', limit: false } };
  } catch {
    return { colours: null, failed: { why: 'it does not open', limit: false } };
  }
}

async function coloursOf(bytes: Buffer, failOn: 'error' | 'none'): Promise<Buffer> {
  return await sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn, pages: 1 })
    .autoOrient()
    .flatten({ background: '#808080' })
    .toColourspace('srgb')
    .resize(GRID, GRID, { fit: 'fill', kernel: 'cubic' })
    .timeout({ seconds: SECONDS })
    .raw()
    .toBuffer();
}

function limitIn(error: unknown): string | null {
  const message = error instanceof Error ? error.message : '';
  if (message.includes('pixel limit')) return `more than ${MOST_PIXELS / 1e6} million pixels`;
  return message.startsWith('timeout') ? `opening it takes more than ${SECONDS} s` : null;
}

/** More than any phone's camera takes. */
const MOST_PIXELS = 120_000_000;
const SECONDS = 10;
