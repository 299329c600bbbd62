import sharp from 'sharp';
import { picture } from '../../../../harness/lib/picture.ts';
import { seeded } from '../../../../harness/lib/seed.ts';

/** A picture of sky, ground and things, as JPEG: each number gives another one. */
export async function scene(number: number): Promise<Buffer> {
  const chance = seeded('scene', String(number));
  const upTo = (most: number): number => chance.integer(most);
  const colour = (): string => `hsl(${upTo(360)},${upTo(80)}%,${upTo(90)}%)`;
  const things = Array.from({ length: 12 + upTo(20) }, () =>
    upTo(2) === 0
      ? `<ellipse cx="${upTo(640)}" cy="${upTo(480)}" rx="${10 + upTo(120)}" ry="${10 + upTo(120)}" fill="${colour()}"/>`
      : `<rect x="${upTo(640)}" y="${upTo(480)}" width="${10 + upTo(200)}" height="${10 + upTo(200)}" fill="${colour()}" transform="rotate(${upTo(90)} 320 240)"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><defs><linearGradient id="g" x2="0" y2="1">
    <stop stop-color="hsl(${200 + upTo(40)},60%,${60 + upTo(30)}%)"/><stop offset="1" stop-color="${colour()}"/>
    </linearGradient></defs><rect width="640" height="480" fill="url(#g)"/>${things.join('')}</svg>`;
  return await sharp(Buffer.from(svg)).jpeg({ quality: 90 }).toBuffer();
}

/** A planted photo of our own mold. */
export function blocks(number: number): Promise<Buffer> {
  return Promise.resolve(picture(seeded('blocks', String(number)), 'a caption'));
}
