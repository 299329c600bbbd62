import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { picture } from '../../../harness/lib/picture.ts';
import { seeded } from '../../../harness/lib/seed.ts';
import { formsOf } from '../../../harness/judge/sightings/forms.ts';
import { FULL_BUDGET, Purse } from '../../../harness/judge/sightings/tree/budget.ts';
import { Peeler } from '../../../harness/judge/sightings/tree/peel.ts';
import { makeSpotter } from '../../../harness/judge/sightings/spot.ts';

const file = randomBytes(300_000);
const forms = formsOf({ value: 'a photo', file });
const peeler = new Peeler(makeSpotter(forms.map((form) => ({ owner: 0, form }))));

function seen(bytes: Buffer): string[] {
  const { found } = peeler.peel(bytes, new Purse(FULL_BUDGET));
  return [...new Set(found.map(({ needle }) => needle.form.name))];
}

describe('a planted file', () => {
  it('is seen whole, raw and in base64 in JSON', () => {
    assert.ok(seen(file).includes('exact'));
    assert.ok(seen(Buffer.from(JSON.stringify({ a: file.toString('base64') }))).includes('exact'));
  });

  it('is seen in base64 in JSON though it is a JPEG, whose base64 begins like a path', () => {
    for (let number = 0; number < 20; number++) {
      const jpeg = picture(seeded('photo', String(number)), 'a caption');
      const search = new Peeler(
        makeSpotter(formsOf({ value: 'jpeg', file: jpeg }).map((form) => ({ owner: 0, form }))),
      );
      const body = JSON.stringify([{ phone: 'x', content: jpeg.toString('base64') }]);
      for (const text of [body, body.replaceAll('/', '\\/')]) {
        const { found } = search.peel(Buffer.from(text), new Purse(FULL_BUDGET));
        assert.ok(
          found.some(({ needle }) => needle.form.name === 'exact'),
          `photo ${number}`,
        );
      }
    }
  });

  it('is seen by any five thousand bytes in a row', () => {
    for (let at = 0; at < 290_000; at += 17_771) {
      assert.deepEqual(seen(Buffer.from(file.subarray(at, at + 5000))), ['piece of the file']);
    }
  });

  it('is seen by the hash of the whole and of a 256 KiB chunk', () => {
    const hex = (bytes: Buffer, algorithm: string): Buffer =>
      Buffer.from(JSON.stringify({ etag: createHash(algorithm).update(bytes).digest('hex') }));
    assert.deepEqual(seen(hex(file, 'sha512')), ['sha512(file)']);
    assert.deepEqual(seen(hex(file.subarray(0, 262_144), 'md5')), ['md5(256 KiB chunk)']);
    assert.deepEqual(seen(hex(file.subarray(262_144), 'sha256')), [
      'sha256(file from byte 262144)',
    ]);
  });

  it('is not seen in other files of the same size', () => {
    for (let other = 0; other < 10; other++) assert.deepEqual(seen(randomBytes(300_000)), []);
  });

  it('has no forms where it holds too little, and none of its blank parts is one', () => {
    assert.deepEqual(formsOf({ value: 'blank', file: Buffer.alloc(40) }), []);
    const blank = formsOf({ value: 'x', file: Buffer.concat([file, Buffer.alloc(300_000)]) });
    assert.ok(blank.every(({ bytes }) => !bytes.equals(Buffer.alloc(48))));
    const zeros = createHash('md5').update(Buffer.alloc(65_536)).digest();
    assert.ok(blank.every(({ bytes }) => !bytes.equals(zeros)));
  });

  it('may be anything that calls itself a JPEG', () => {
    for (let size = 0; size < 200; size++) {
      formsOf({ value: 'x', file: Buffer.concat([Buffer.of(0xff, 0xd8), randomBytes(size)]) });
      formsOf({ value: 'x', file: randomBytes(size) });
    }
  });
});
