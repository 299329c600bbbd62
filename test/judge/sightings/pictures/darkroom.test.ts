import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import sharp from 'sharp';
import { formsOf } from '../../../../harness/judge/sightings/forms.ts';
import { Darkroom } from '../../../../harness/judge/sightings/pictures/darkroom.ts';
import { makeSearch } from '../../../../harness/judge/sightings/sightings.ts';
import { bodyOf, bytesOf } from '../grid/search-for.ts';
import { blocks, scene } from './scene.ts';

const STAND_IN = [
  process.execPath,
  fileURLToPath(new URL('stand-in.ts', import.meta.url)),
] as const;

/** A side of 65,000 pixels in a header of a few bytes: 12.7 GB once it is opened. */
const SIDE = 65_000;

describe('the process that opens pictures', () => {
  it('is not started before the first picture comes, is kept for all of them, and ends with the search', async () => {
    let pid: number | null;
    {
      await using darkroom = new Darkroom();
      assert.equal(darkroom.pid, null);
      const photo = await scene(1);
      const [first, second] = [
        await darkroom.develop(photo, true),
        await darkroom.develop(await scene(2), true),
      ];
      assert.ok(first.shown !== null && second.shown !== null);
      pid = darkroom.pid;
      assert.ok(isThere(pid));
      await darkroom.develop(photo, false);
      assert.equal(darkroom.pid, pid);
    }
    assert.ok(!isThere(pid));
  }).timeout(30_000);

  it('refuses a PNG and a JPEG that say they are 65,000 pixels wide and high, and lives on', async () => {
    await using darkroom = new Darkroom();
    const photo = await scene(1);
    const png = Buffer.from(await sharp(photo).png().toBuffer());
    png.writeUInt32BE(SIDE, 16);
    png.writeUInt32BE(SIDE, 20);
    const jpeg = Buffer.from(photo);
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(SIDE, frame + 5);
    jpeg.writeUInt16BE(SIDE, frame + 7);
    for (const bomb of [png, jpeg]) {
      const { shown, failed } = await darkroom.develop(bomb, true);
      assert.equal(shown, null);
      assert.deepEqual(failed, { why: 'more than 120 million pixels', limit: true });
    }
    const pid = darkroom.pid;
    assert.ok((await darkroom.develop(photo, true)).shown !== null);
    assert.equal(darkroom.pid, pid);
  }).timeout(30_000);

  it('may die in the middle of a picture: that one is a gap, and the next is opened by another process', async () => {
    await using darkroom = new Darkroom({ program: STAND_IN });
    const before = await darkroom.develop(Buffer.from('well'), true);
    const died = await darkroom.develop(Buffer.from('die now'), true);
    assert.deepEqual(died.failed, { why: 'it ended the process that opened it', limit: true });
    const after = await darkroom.develop(Buffer.from('well'), true);
    assert.match(String(after.written), /^\{"pid":\d+\}$/);
    assert.notEqual(String(after.written), String(before.written));
  }).timeout(30_000);

  it('is killed when a picture takes too long, says what is no answer, or never stops saying it', async () => {
    await using darkroom = new Darkroom({ program: STAND_IN, seconds: 2 });
    const cases = [
      ['sleep', 'opening it takes more than 2 s'],
      ['lie', 'what came back was no answer'],
      ['flood', 'what came back does not end'],
    ] as const;
    for (const [picture, why] of cases) {
      await darkroom.develop(Buffer.from('well'), true);
      const pid = darkroom.pid;
      assert.ok(isThere(pid));
      const { failed } = await darkroom.develop(Buffer.from(picture), true);
      assert.deepEqual(failed, { why, limit: true });
      assert.ok(!isThere(pid), picture);
    }
  }).timeout(30_000);

  it('is started only so often, and not at all where it cannot be: then each picture says so', async () => {
    await using darkroom = new Darkroom({ program: STAND_IN, starts: 2 });
    await darkroom.develop(Buffer.from('die'), true);
    await darkroom.develop(Buffer.from('die'), true);
    for (const one of [darkroom, new Darkroom({ program: ['no-such-program'], starts: 1 })]) {
      await one.develop(Buffer.from('well'), true);
      const { failed } = await one.develop(Buffer.from('well'), true);
      const why = 'the process that opens pictures ended too often';
      assert.deepEqual(failed, { why, limit: true });
    }
  }).timeout(30_000);

  it('answers for each of many damaged pictures, and still opens a good one', async () => {
    await using darkroom = new Darkroom();
    const photo = await blocks(1);
    const formats = [
      photo,
      await sharp(photo).png().toBuffer(),
      await sharp(photo).webp().toBuffer(),
    ];
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
          const { shown, failed } = await darkroom.develop(one, true);
          // Where nothing is seen, it says why.
          assert.ok(shown !== null || failed !== null);
        }
      }),
      { numRuns: 60 },
    );
    assert.equal((await darkroom.develop(photo, true)).failed, null);
  }).timeout(60_000);
});

describe('a picture that was not opened', () => {
  it('is a gap that says why, in the search as well', async () => {
    const photo = await scene(1);
    await using search = makeSearch(
      formsOf({ value: 'photo', file: photo }).map((form) => ({ owner: 'photo', form })),
    );
    const png = Buffer.from(
      await sharp(await scene(2))
        .png()
        .toBuffer(),
    );
    const cut = await search.exchange(bodyOf(png.subarray(0, png.length / 2)), bytesOf);
    assert.deepEqual(
      cut.gaps.map(({ kind, why }) => [kind, why]),
      [['undecoded', 'a PNG image: it is damaged or cut off']],
    );
    png.writeUInt32BE(SIDE, 16);
    png.writeUInt32BE(SIDE, 20);
    const { gaps, sightings } = await search.exchange(bodyOf(png), bytesOf);
    assert.deepEqual(sightings, []);
    assert.deepEqual(
      gaps.map(({ kind, why }) => [kind, why]),
      [
        ['undecoded', 'a PNG image'],
        ['truncated', 'a PNG image: more than 120 million pixels'],
      ],
    );
  }).timeout(30_000);
});

function isThere(pid: number | null): boolean {
  try {
    return pid !== null && process.kill(pid, 0);
  } catch {
    return false;
  }
}
