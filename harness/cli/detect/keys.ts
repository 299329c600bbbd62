import { getCiphers } from 'node:crypto';
import { z } from 'zod';
import type { KnownKey } from '../../judge/sightings/wrappings/keyed.ts';
import { Fault, messageOf } from '../../lib/fault.ts';
import { readText } from '../../record/disk.ts';

const hex = z
  .string()
  .regex(/^(?:[0-9a-fA-F]{2})+$/, 'is not hex digits, two a byte')
  .transform((digits) => Buffer.from(digits, 'hex'));

const schema = z.array(
  z.strictObject({
    name: z.string().min(1),
    cipher: z.string().refine((name) => getCiphers().includes(name), 'is no cipher that is known'),
    key: hex,
    iv: z.union([z.literal('in front'), z.null(), hex]),
  }),
);

/** Reads `[{"name","cipher","key","iv"}]`: keys in hex that somebody knows, each tried on whatever nothing else explains. */
export async function readKeys(path: string): Promise<KnownKey[]> {
  const text = await readText(path);
  if (text === null) throw new Fault('no-such-file', `there is no file ${path}`, SHAPE);
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new Fault('bad-keys', `${path} is no JSON: ${messageOf(error)}`, SHAPE);
  }
  const result = schema.safeParse(json);
  if (!result.success) {
    const [issue] = result.error.issues;
    const where = issue?.path.map(String).join(', ') ?? '';
    throw new Fault('bad-keys', `${path}: entry ${where} ${issue?.message ?? ''}`, SHAPE);
  }
  if (result.data.length <= MOST) return result.data;
  throw new Fault(
    'too-many-keys',
    `${path} holds ${result.data.length} keys`,
    `Give ${MOST} at most.`,
  );
}

const MOST = 100;
const SHAPE =
  'Write [{"name": "app 4.2", "cipher": "aes-128-cbc", "key": "00…", "iv": "in front"}], key and iv in hex.';
