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

/** A JPEG with a small one in it, as cameras write it: the second directory of Exif 2.3 (4.5.8) says where it stands. */
export function withThumbnail(photo: Buffer, thumbnail: Buffer): Buffer {
  const entry = (tag: number, value: number): number[] => [
    ...le(tag, 2),
    ...le(4, 2),
    ...le(1, 4),
    ...le(value, 4),
  ];
  // No entries of its own, and the second directory right behind it; six bytes and three entries later the picture.
  const directory = [
    ...le(3, 2),
    ...entry(0x103, 6),
    ...entry(0x201, 56),
    ...entry(0x202, thumbnail.length),
    ...le(0, 4),
  ];
  const tiff = Buffer.from([
    ...Buffer.from('II*\0'),
    ...le(8, 4),
    ...le(0, 2),
    ...le(14, 4),
    ...directory,
  ]);
  const exif = Buffer.concat([Buffer.from('Exif\0\0'), tiff, thumbnail]);
  const head = Buffer.from([
    0xff,
    0xd8,
    0xff,
    0xe1,
    (exif.length + 2) >> 8,
    (exif.length + 2) & 0xff,
  ]);
  return Buffer.concat([head, exif, photo.subarray(2)]);
}

function le(value: number, size: number): number[] {
  return Array.from({ length: size }, (_, at) => (value >> (8 * at)) & 0xff);
}
