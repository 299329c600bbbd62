import assert from 'node:assert/strict';
import {
  inflateRawSync,
  inflateSync,
  gunzipSync,
  brotliDecompressSync,
  zstdDecompressSync,
} from 'node:zlib';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { decode as decodeMsgpack } from '@msgpack/msgpack';
import { decode as decodeCbor } from 'cborg';
import fc from 'fast-check';
import lz4 from 'lz4js';
import snappy from 'snappyjs';
import { z } from 'zod';
import { bytesOf, wrapped } from '../../../harness/handset/collectors/encode/chain.ts';
import { lz4Frame } from '../../../harness/handset/collectors/encode/lz/lz4.ts';
import { snappyBlock } from '../../../harness/handset/collectors/encode/lz/snappy.ts';
import type { Json } from '../../../harness/handset/collectors/rules/rules.ts';
import { wrappingSchema } from '../../../harness/handset/collectors/rules/wrappings.ts';
import { seeded } from '../../../harness/lib/seed.ts';

async function through(value: Json, ...steps: object[]): Promise<Buffer[]> {
  const chain = steps.map((step) => wrappingSchema.parse(step));
  const around = { lookup: () => undefined, chance: seeded('test') };
  return (await wrapped(value, chain, around)).map(bytesOf);
}

async function one(value: Json, ...steps: object[]): Promise<Buffer> {
  const [bytes] = await through(value, ...steps);
  return bytes ?? Buffer.alloc(0);
}

const json = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('-0'));
const plain = (value: unknown): Json => z.json().parse(JSON.parse(JSON.stringify(value)));

describe('what the handset’s encoders write, other people’s decoders read', () => {
  it('in MessagePack and CBOR, whatever the value', async () => {
    await fc.assert(
      fc.asyncProperty(json, async (value) => {
        const given = plain(value);
        assert.deepEqual(decodeMsgpack(await one(given, { as: 'msgpack' })), given);
        assert.deepEqual(decodeCbor(await one(given, { as: 'cbor' })), given);
      }),
    );
  });

  it('in LZ4 frames and Snappy blocks, whether there is something to shorten or not', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 3000 }))
        .map(([piece, times]) =>
          Uint8Array.from(Array.from({ length: times }, () => [...piece]).flat()),
        ),
    );
    fc.assert(
      fc.property(bytes, (given) => {
        const input = Buffer.from(given);
        assert.deepEqual(Buffer.from(lz4.decompress(lz4Frame(input))), input);
        assert.deepEqual(Buffer.from(snappy.uncompress(snappyBlock(input))), input);
      }),
    );
    const page = Buffer.from('<p>again and again</p>'.repeat(100));
    assert.ok(lz4Frame(page).length < page.length / 10);
    assert.ok(snappyBlock(page).length < page.length / 5);
  });

  it('in gzip, zlib, raw deflate, Brotli and zstd', async () => {
    const [json, text] = [{ as: 'json', slashes: 'plain' }, '{"url":"https://a.example/"}'];
    const given = { url: 'https://a.example/' };
    assert.equal(gunzipSync(await one(given, json, { as: 'gzip' })).toString(), text);
    assert.equal(inflateSync(await one(given, json, { as: 'zlib' })).toString(), text);
    assert.equal(inflateRawSync(await one(given, json, { as: 'deflate' })).toString(), text);
    assert.equal(brotliDecompressSync(await one(given, json, { as: 'brotli' })).toString(), text);
    assert.equal(zstdDecompressSync(await one(given, json, { as: 'zstd' })).toString(), text);
  });

  it('in Protocol Buffers: texts, numbers, lists and messages in messages', async () => {
    const fields = { url: 1, at: 2, in: { number: 3, fields: { tags: 1 } } };
    const bytes = await one(
      { url: 'a', at: -1, in: { tags: ['x', 'y'] } },
      { as: 'protobuf', fields },
    );
    const reader = new BinaryReader(bytes);
    assert.deepEqual(reader.tag(), [1, 2]);
    assert.equal(reader.string(), 'a');
    assert.deepEqual(reader.tag(), [2, 0]);
    assert.equal(String(reader.int64()), '-1');
    assert.deepEqual(reader.tag(), [3, 2]);
    const inner = new BinaryReader(reader.bytes());
    assert.deepEqual(
      [inner.tag(), inner.string(), inner.tag(), inner.string()],
      [[1, 2], 'x', [1, 2], 'y'],
    );
    assert.equal(reader.pos, bytes.length);
  });

  it('split over requests and over the fields of a form, and put together again', async () => {
    const text = { as: 'text' };
    const parts = await through(
      'abcdefgh',
      text,
      { as: 'split', over: 'requests', parts: 3 },
      { as: 'hex' },
    );
    assert.equal(parts.map((part) => Buffer.from(part.toString(), 'hex')).join(''), 'abcdefgh');
    assert.equal(parts.length, 3);
    const fields = [
      ['a', '{payload.1}'],
      ['b', '{payload.2}'],
    ];
    const form = await one(
      'äb cd',
      text,
      { as: 'split', over: 'fields', parts: 2 },
      { as: 'form', fields },
    );
    const read = new URLSearchParams(form.toString());
    assert.equal(`${read.get('a') ?? ''}${read.get('b') ?? ''}`, 'äb cd');
  });
});
