import { z } from 'zod';
import { hashSchema } from './form.ts';
import { choose, strict, template, word } from './strict.ts';

const lives = z
  .enum(['request', 'session', 'install', '90-days', '90-days-as-coded', 'until-reset', 'hardware'])
  .describe(
    'until when it stays the same: each transmission; the app process; clear-data; 90 days from its making; 90 days ' +
      'from its last use, as found in the wild; factory reset; for ever',
  );

/** A public key as base64 of its SPKI, or `nobody`: one whose private half was thrown away. */
export const publicKey = z.union([z.literal('nobody'), z.string().regex(/^[A-Za-z0-9+/]+=*$/)]);

const shapes = {
  uuid: strict({ as: z.literal('uuid'), lives }),
  hex: strict({ as: z.literal('hex'), lives, bytes: z.int().min(4).max(64).default(16) }),
  digits: strict({ as: z.literal('digits'), lives, count: z.int().min(4).max(30).default(15) }),
  key: strict({ as: z.literal('key'), lives, bytes: z.int().min(8).max(64).default(16) }).describe(
    'random bytes, written as base64',
  ),
  of: strict({ as: z.literal('of'), value: template, hash: hashSchema.optional() }).describe(
    'made of what the phone is: {identity.imei}, {setting.secure.android_id}; lives as long as that does',
  ),
  sealed: strict({ as: z.literal('sealed'), of: word, publicKey }).describe(
    'another one, a key, under RSA/PKCS1; base64. Sealed anew whenever that changes',
  ),
};

/** What a collector calls the phone or its owner: `{id.NAME}` in its templates. */
export const identifierSchema = z.discriminatedUnion(
  'as',
  [shapes.uuid, shapes.hex, shapes.digits, shapes.key, shapes.of, shapes.sealed],
  choose(Object.keys(shapes)),
);

export type Identifier = z.output<typeof identifierSchema>;
export type Lives = z.output<typeof lives>;
