import { z } from 'zod';
import { publicKey } from './identifiers.ts';
import { choose, jsonTemplate, strict, template } from './strict.ts';

const keySchema = z.discriminatedUnion(
  'from',
  [
    strict({ from: z.literal('mistat'), value: template }).describe(
      'the first 16 letters of upper-case hex MD5, as ASCII',
    ),
    strict({ from: z.enum(['text', 'hex', 'base64']), value: template }),
    strict({ from: z.literal('nobody') }).describe('drawn and thrown away'),
  ],
  choose(['mistat', 'text', 'hex', 'base64', 'nobody']),
);

const fields = z.array(z.tuple([z.string(), template])).min(1);
const level = z.int().min(1).max(9).default(6);

export interface ProtobufFields {
  [key: string]: number | { number: number; fields: ProtobufFields };
}
const fieldNumber = z.int().min(1).max(536_870_911);
const protobufFields: z.ZodType<ProtobufFields> = z.record(
  z.string(),
  z.union([fieldNumber, strict({ number: fieldNumber, fields: z.lazy(() => protobufFields) })]),
);

export const aesShape = {
  mode: z.enum(['cbc', 'ecb', 'ctr', 'gcm']),
  key: keySchema.describe('16, 24 or 32 bytes'),
  iv: z
    .union([keySchema, z.literal('prefixed')])
    .default('prefixed')
    .describe('prefixed: random, and in front of what is encrypted; none with ecb'),
};

/** Values into values, before anything is text. */
const shaping = {
  stamp: strict({ as: z.literal('stamp'), fields: z.record(z.string(), jsonTemplate) }).describe(
    'adds fields to each row when it is sent',
  ),
  within: strict({ as: z.literal('within'), value: jsonTemplate }).describe(
    'puts the payload, `{payload}`, into a larger piece of JSON',
  ),
};
/** Values into bytes. */
const writing = {
  json: strict({
    as: z.literal('json'),
    slashes: z.enum(['escaped', 'plain']).default('escaped').describe('Android writes \\/'),
  }),
  lines: strict({ as: z.literal('lines') }).describe('a JSON text a line, for each row'),
  text: strict({ as: z.literal('text') }).describe('a row that is a text, as it stands'),
  protobuf: strict({ as: z.literal('protobuf'), fields: protobufFields }),
  msgpack: strict({ as: z.literal('msgpack') }),
  cbor: strict({ as: z.literal('cbor') }),
};
/** Bytes into bytes. */
const coding = {
  gzip: strict({ as: z.literal('gzip'), level }),
  zlib: strict({ as: z.literal('zlib'), level }),
  deflate: strict({ as: z.literal('deflate'), level }).describe('raw, without zlib’s head'),
  brotli: strict({ as: z.literal('brotli'), quality: z.int().min(0).max(11).default(5) }),
  zstd: strict({ as: z.literal('zstd'), level: z.int().min(1).max(19).default(3) }),
  lz4: strict({ as: z.literal('lz4'), framed: z.boolean().default(true) }),
  snappy: strict({ as: z.literal('snappy'), framed: z.boolean().default(false) }),
  base64: strict({
    as: z.literal('base64'),
    alphabet: z.enum(['standard', 'url']).default('standard'),
    padding: z.boolean().default(true),
    line: z
      .int()
      .min(4)
      .max(1000)
      .optional()
      .describe('a line break (CR LF) after so many letters'),
  }),
  unbase64: strict({ as: z.literal('unbase64') }).describe(
    'a text that is base64 becomes its bytes',
  ),
  hex: strict({ as: z.literal('hex'), case: z.enum(['lower', 'upper']).default('lower') }),
  percent: strict({ as: z.literal('percent'), all: z.boolean().default(false) }).describe(
    'all: letters and digits too',
  ),
  utf16: strict({ as: z.literal('utf16'), order: z.enum(['le', 'be']).default('le') }),
  xor: strict({ as: z.literal('xor'), key: keySchema }),
  aes: strict({ as: z.literal('aes'), ...aesShape }),
  rsa: strict({ as: z.literal('rsa'), publicKey }).describe('PKCS1, in blocks'),
  labels: strict({ as: z.literal('labels'), of: z.int().min(1).max(63).default(63) }).describe(
    'dots in between, as names in DNS have them',
  ),
  form: strict({
    as: z.literal('form'),
    fields,
    sign: strict({ field: z.string(), salt: template })
      .optional()
      .describe('md5 of every key and value in the order of the keys, then the salt'),
  }),
  multipart: strict({
    as: z.literal('multipart'),
    fields,
    file: strict({ field: z.string(), name: template, type: z.string() }).optional(),
  }).describe('the payload is the file, where there is one'),
  split: strict({
    as: z.literal('split'),
    over: z.enum(['fields', 'requests']),
    parts: z.int().min(2).max(100),
  }).describe(
    'fields: `{payload.1}`, `{payload.2}` … in a form; requests: the rest once for each part',
  ),
};
const words = [shaping, writing, coding].flatMap((part) => Object.keys(part));
const first = shaping.stamp;
const others = [shaping.within, ...Object.values(writing), ...Object.values(coding)];
const stepSchema = z.discriminatedUnion('as', [first, ...others], choose(words));
const each = strict({ as: z.literal('each'), wrap: z.array(stepSchema).min(1) }).describe(
  'each row by itself, into a list of texts',
);

/** One wrapping of a chain: from rows (JSON) to the bytes that travel. */
export const wrappingSchema = z.discriminatedUnion(
  'as',
  [each, first, ...others],
  choose(['each', ...words]),
);

/** What a wrapping takes and what it leaves behind: a piece of JSON, or bytes. */
export function takesValue(as: string): boolean {
  return as === 'each' || Object.hasOwn(shaping, as) || Object.hasOwn(writing, as);
}
export function leavesValue(as: string): boolean {
  return as === 'each' || Object.hasOwn(shaping, as);
}

export type Step = z.output<typeof stepSchema>;
export type Wrapping = z.output<typeof wrappingSchema>;
export type Key = z.output<typeof keySchema>;
