import assert from 'node:assert/strict';
import fc from 'fast-check';
import sharp from 'sharp';
import { formsOf } from '../../../../harness/judge/sightings/forms.ts';
import { thumbnailIn, writtenIn } from '../../../../harness/judge/sightings/pictures/exif.ts';
import {
  bitsOfDifference,
  difference,
} from '../../../../harness/judge/sightings/pictures/fingerprint.ts';
import { makeLikeness } from '../../../../harness/judge/sightings/pictures/pictures.ts';
import { seenIn } from '../../../../harness/judge/sightings/pictures/pixels.ts';
import { makeSearch } from '../../../../harness/judge/sightings/sightings.ts';
import { aBody, anExchange } from '../../../builders.ts';
import { blocks, scene } from './scene.ts';

const COPIES: readonly (readonly [string, (photo: Buffer) => Promise<Buffer>])[] = [
  ['a JPEG of low quality', (photo) => sharp(photo).jpeg({ quality: 30 }).toBuffer()],
  ['a PNG', (photo) => sharp(photo).png().toBuffer()],
  ['a WebP', (photo) => sharp(photo).webp({ quality: 50 }).toBuffer()],
  ['a thumbnail', (photo) => sharp(photo).resize({ width: 96 }).jpeg().toBuffer()],
  ['a picture twice as wide', (photo) => sharp(photo).resize({ width: 1280 }).jpeg().toBuffer()],
  ['a brighter one', (photo) => sharp(photo).modulate({ brightness: 1.2 }).jpeg().toBuffer()],
];

const WAYS: readonly (readonly [string, (photo: Buffer) => Buffer])[] = [
  ['', (photo) => photo],
  [
    'json:$.photo › base64',
    (photo) => Buffer.from(JSON.stringify({ photo: photo.toString('base64') })),
  ],
];

describe('a planted photo', () => {
  it('is seen re-encoded and scaled, as a body and in base64 in JSON, and no other photo is', async () => {
    for (const make of [scene, blocks]) {
      const [photo, other] = await Promise.all([make(1), make(2)]);
      const search = makeSearch(
        [photo, other].flatMap((file, owner) =>
          formsOf({ value: String(owner), file }).map((form) => ({ owner, form })),
        ),
      );
      for (const [copied, copy] of COPIES) {
        for (const [chain, dress] of WAYS) {
          const requestBody = aBody(dress(await copy(photo)));
          const { sightings } = await search.exchange(anExchange({ requestBody }), bytesOf);
          assert.deepEqual(
            sightings.map(({ owner, wrappings, form }) => [owner, wrappings.join(' › '), form]),
            [[0, chain, 'picture, re-encoded or scaled']],
            copied,
          );
          for (const { layers, wrappings, entropy } of sightings) {
            assert.equal(layers.length, wrappings.length + 1);
            assert.ok(entropy >= 48);
          }
        }
      }
    }
  }).timeout(60_000);

  it('is taken for no other one: pictures differ as chance would have it, in more signs than are assumed', async () => {
    for (const make of [scene, blocks]) {
      const all = await Promise.all(
        Array.from({ length: 100 }, async (_, number) => await seenIn(await make(number))),
      );
      const shares = all.flatMap((one, at) =>
        all
          .slice(at + 1)
          .map((other) => (one !== null && other !== null ? difference(one, other) : 0)),
      );
      assert.equal(shares.length, 4950);
      assert.ok(Math.max(...shares.map(bitsAt)) < 30);
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      const spread = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
      // As many coins as would spread so; `bitsOfDifference` counts on 80.
      assert.ok((mean * (1 - mean)) / spread > 80, `${(mean * (1 - mean)) / spread}`);
    }
  }).timeout(60_000);

  it('is seen by what is written in it, with the name of its field', async () => {
    const written = await writtenIn(await blocks(1));
    assert.equal(written?.toString(), '{"ifd0":{"ImageDescription":"a caption"}}');
  });

  it('is not looked for in what is no photo, and hostile ones are refused without an error', async () => {
    const photo = await blocks(1);
    const alike = makeLikeness(
      formsOf({ value: 'photo', file: photo }).map((form) => ({ owner: 0, form })),
    );
    const formats = [
      photo,
      await sharp(photo).png().toBuffer(),
      await sharp(photo).webp().toBuffer(),
    ];
    // 65,535 pixels a side in a header of 33 bytes.
    const bomb = Buffer.from(formats[1] ?? []);
    bomb.writeUInt32BE(65_535, 16);
    bomb.writeUInt32BE(65_535, 20);
    assert.equal(await seenIn(bomb), null);
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...formats), changes, async (format, changed) => {
        const bytes = Buffer.from(format);
        for (const [place, byte] of changed) bytes[place % bytes.length] = byte;
        const cut = bytes.subarray(0, (changed[0]?.[0] ?? 0) % bytes.length);
        for (const one of [bytes, cut]) {
          await alike(one);
          await writtenIn(one);
          await thumbnailIn(one);
        }
      }),
      { numRuns: 100 },
    );
  }).timeout(60_000);
});

function bitsAt(share: number): number {
  return share < 0.5 ? bitsOfDifference(share) : 0;
}

function bytesOf(body: { base64: string } | { sha256: string }): Buffer | null {
  return 'base64' in body ? Buffer.from(body.base64, 'base64') : null;
}
