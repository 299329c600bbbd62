import assert from 'node:assert/strict';
import sharp from 'sharp';
import { formsOf } from '../../../../harness/judge/sightings/forms.ts';
import { writtenIn } from '../../../../harness/judge/sightings/pictures/exif.ts';
import type { Fingerprint } from '../../../../harness/judge/sightings/pictures/fingerprint.ts';
import {
  bitsOfDifference,
  difference,
  fingerprintOf,
} from '../../../../harness/judge/sightings/pictures/fingerprint.ts';
import { smallOf } from '../../../../harness/judge/sightings/pictures/pixels.ts';
import { makeSearch } from '../../../../harness/judge/sightings/sightings.ts';
import { aBody, anExchange } from '../../../builders.ts';
import { bodyOf, bytesOf } from '../grid/search-for.ts';
import { blocks, scene, withThumbnail } from './scene.ts';

const COPIES: readonly (readonly [string, (photo: Buffer) => Promise<Buffer>])[] = [
  ['a JPEG of low quality', (photo) => sharp(photo).jpeg({ quality: 30 }).toBuffer()],
  ['a PNG', (photo) => sharp(photo).png().toBuffer()],
  ['a WebP', (photo) => sharp(photo).webp({ quality: 50 }).toBuffer()],
  ['a thumbnail', (photo) => sharp(photo).resize({ width: 96 }).jpeg().toBuffer()],
  ['a picture twice as wide', (photo) => sharp(photo).resize({ width: 1280 }).jpeg().toBuffer()],
  [
    'one that breaks off',
    async (photo) => {
      const copy = await sharp(photo).jpeg({ quality: 60 }).toBuffer();
      return copy.subarray(0, 0.95 * copy.length);
    },
  ],
  [
    'a cropped one',
    async (photo) => {
      const { width, height } = await sharp(photo).metadata();
      const kept = { left: 0, top: 0, width: Math.round(0.97 * width), height };
      return await sharp(photo)
        .extract(kept)
        .resize({ width: 320 })
        .jpeg({ quality: 70 })
        .toBuffer();
    },
  ],
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
      await using search = makeSearch(
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

  it('is seen as the thumbnail that a camera put into quite another picture', async () => {
    const [photo, other] = await Promise.all([scene(1), scene(2)]);
    await using search = makeSearch(
      formsOf({ value: 'photo', file: photo }).map((form) => ({ owner: 'photo', form })),
    );
    const small = await sharp(photo).resize({ width: 160 }).jpeg({ quality: 60 }).toBuffer();
    const body = bodyOf(withThumbnail(other, small));
    const { sightings } = await search.exchange(body, bytesOf);
    assert.deepEqual(
      sightings.map(({ owner, form }) => [owner, form]),
      [['photo', 'picture, as the thumbnail of another']],
    );
    const without = await search.exchange(
      bodyOf(withThumbnail(other, other.subarray(0, 9_000))),
      bytesOf,
    );
    assert.deepEqual(without.sightings, []);
  }).timeout(30_000);

  it('is seen by what is written in it, with the name of its field', async () => {
    const written = await writtenIn(await blocks(1));
    assert.equal(written?.toString(), '{"ifd0":{"ImageDescription":"a caption"}}');
  });
});

function bitsAt(share: number): number {
  return share < 0.5 ? bitsOfDifference(share) : 0;
}

/** Our own pictures may be opened in this process. */
async function seenIn(picture: Buffer): Promise<Fingerprint | null> {
  const { colours } = await smallOf(picture);
  return colours === null ? null : fingerprintOf(colours);
}
