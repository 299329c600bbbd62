import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { base32, base64, base64urlnopad, hex } from '@scure/base';
import LZString from 'lz-string';
import { seeded } from '../../../../harness/lib/seed.ts';
import { isPromising } from '../../../../harness/judge/sightings/wrappings/rows/text/promising.ts';

const TEXT = 'https://www.visited.test/news/qkzvtrmwpahcxbjd';
const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

/** Letters thirteen farther, as `tr A-Za-z N-ZA-Mn-za-m` has it. */
function turned(text: string): string {
  const [from, to] = ['ABCDEFGHIJKLMabcdefghijklm', 'NOPQRSTUVWXYZnopqrstuvwxyz'];
  const pairs = new Map([...from].flatMap((one, at) => [[one, to[at]] as const, [to[at], one]]));
  return [...text].map((letter) => pairs.get(letter) ?? letter).join('');
}

describe('a token that is read another way', () => {
  const written = [
    base64.encode(utf8(TEXT)),
    base64urlnopad.encode(utf8('97, 99, 99, 47, 120')),
    base32.encode(utf8(TEXT)).replaceAll('=', ''),
    hex.encode(utf8(TEXT)),
    base64urlnopad.encode(new Uint8Array(gzipSync(TEXT))),
    LZString.compressToBase64(TEXT).replaceAll('=', ''),
    LZString.compressToEncodedURIComponent(TEXT),
  ];

  it('promises something where rot13 or its end opens to a text or a stream', () => {
    for (const letters of written) {
      assert.ok(isPromising(Buffer.from(turned(letters)), 'rotated'), letters);
      const backwards = letters.split('').toReversed().join('');
      assert.ok(isPromising(Buffer.from(backwards), 'backwards'), letters);
    }
  });

  it('promises nothing as it is, and of chance hardly ever', () => {
    const chance = seeded('promising', 'tokens');
    let promises = 0;
    for (let turn = 0; turn < 4000; turn++) {
      const bytes = Uint8Array.from({ length: 24 }, () => chance.integer(256));
      const token = Buffer.from(base64.encode(bytes));
      for (const how of ['rotated', 'backwards'] as const) if (isPromising(token, how)) promises++;
    }
    assert.ok(promises <= 20, `${promises} of 8000`);
    assert.ok(!isPromising(Buffer.from(base64.encode(utf8(TEXT))), 'rotated'));
    assert.ok(!isPromising(Buffer.from(base64.encode(utf8(TEXT))), 'backwards'));
  });
});
