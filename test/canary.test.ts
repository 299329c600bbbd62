import assert from 'node:assert/strict';
import { decode } from 'jpeg-js';
import { descriptionIn } from '../harness/lib/exif.ts';
import { mint, mintBeacon, mintDecoy } from '../harness/canary.ts';

const FROM = { run: '20261123T0210Z-incognito-3f9a', seed: 'tuesday', trial: 'phone-01' };
const MOLDS = {
  page: 'page',
  title: 'title',
  words: 'words',
  host: 'host',
  name: 'name',
  file: 'file',
  number: 'number',
  hex: 'hex',
} as const;

describe('canaries', () => {
  it('keep the shape of their mold', () => {
    const [page, title, words, host, name, file, number, hex] = mint(MOLDS, FROM);
    assert.match(page?.value ?? '', /^https:\/\/visited\.leaklab\.test\/[a-z]{16}$/);
    assert.match(title?.value ?? '', /^([A-Z][a-z]{5} ){3}[A-Z][a-z]{5}$/);
    assert.match(words?.value ?? '', /^([a-z]{6} ){3}[a-z]{6}$/);
    assert.match(host?.value ?? '', /^[a-z]{16}$/);
    assert.match(name?.value ?? '', /^[a-z]{16}$/);
    assert.match(file?.value ?? '', /^[a-z]{16}\.jpg$/);
    assert.match(number?.value ?? '', /^\+999[0-9]{20}$/);
    assert.match(hex?.value ?? '', /^[0-9a-f]{16}$/);
  });

  it('hold at least 64 bits of chance in every mold', () => {
    const letters = 16 * Math.log2(26);
    const words = 4 * 3 * Math.log2(16 * 5);
    const digits = 20 * Math.log2(10);
    assert.ok(letters >= 64 && words >= 64 && digits >= 64);
  });

  it('a photo is a JPEG of pixels of its own, with its caption in the Exif as a gallery reads it', () => {
    const captions = new Map([['photo', 'caption']]);
    const photos = ['phone-01', 'phone-02'].map((trial) => {
      const [photo, caption] = mint(
        { photo: 'photo', caption: 'words' },
        { ...FROM, trial },
        captions,
      );
      const jpeg = Buffer.from(photo?.value ?? '', 'base64');
      assert.equal(descriptionIn(jpeg), caption?.value);
      const { width, height, data } = decode(jpeg);
      assert.deepEqual([width, height], [64, 64]);
      return data;
    });
    const [one, other] = photos;
    assert.ok(one && other && !one.equals(other));
  });

  it('are the same for the same trial, and others in another run, trial or under another name', () => {
    assert.deepEqual(mint(MOLDS, FROM), mint(MOLDS, FROM));
    const values = [
      FROM,
      { ...FROM, run: 'another run' },
      { ...FROM, trial: 'phone-02' },
      { ...FROM, seed: 'wednesday' },
    ].flatMap((from) => [
      ...mint({ a: 'words', b: 'words' }, from).map(({ value }) => value),
      mintDecoy(from).value,
      mintBeacon(from).value,
    ]);
    assert.equal(new Set(values).size, values.length);
  });
});
