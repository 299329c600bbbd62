import { encode } from 'jpeg-js';
import { TAG, withExif } from './exif.ts';
import type { Chance } from './seed.ts';

/** Blocks of eight pixels a side: 64 of them, each of a colour of its own. */
const SIDE = 64;
const BLOCK = 8;

/**
 * A photo that exists nowhere else: a JPEG whose pixels are chance (64 blocks of a random colour) and whose Exif
 * description is `caption`. Some 2 kB. The door to jpeg-js.
 */
export function picture(chance: Chance, caption: string): Buffer {
  const data = Buffer.alloc(SIDE * SIDE * 4, 0xff);
  for (let top = 0; top < SIDE; top += BLOCK) {
    for (let left = 0; left < SIDE; left += BLOCK) {
      const colour = chance.bytes(3);
      for (let y = top; y < top + BLOCK; y++) {
        for (let x = left; x < left + BLOCK; x++) colour.copy(data, (y * SIDE + x) * 4);
      }
    }
  }
  const jpeg = Buffer.from(encode({ width: SIDE, height: SIDE, data }, 80).data);
  return withExif(jpeg, [[TAG.description, caption]]);
}
