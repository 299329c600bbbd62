import { z } from 'zod';
import { choose, strict, template } from './strict.ts';

const normalise = z
  .array(z.enum(['lower', 'upper', 'trim', 'no-scheme', 'no-www', 'no-final-slash', 'digits']))
  .default([])
  .describe('in this order, before anything else');

export const hashSchema = strict({
  hash: z.enum(['md5', 'sha1', 'sha256', 'sha512', 'crc32', 'java']),
  salt: template.default(''),
  salted: z.enum(['before', 'after', 'hmac']).default('before').describe('where the salt stands'),
  spelt: z.enum(['hex', 'HEX', 'base64', 'base64url']).default('hex'),
});

const shapes = {
  exact: strict({ as: z.literal('exact'), normalise }),
  host: strict({ as: z.literal('host'), normalise }).describe('the host of a URL'),
  'without-query': strict({ as: z.literal('without-query'), normalise }),
  prefix: strict({ as: z.literal('prefix'), normalise, length: z.int().min(1) }),
  hash: strict({
    as: z.literal('hash'),
    normalise,
    of: z.enum(['exact', 'host', 'without-query']).default('exact'),
    ...hashSchema.shape,
  }),
};

/** How a value of the stimulus is disclosed: whole, in part, or as a hash. */
export const formSchema = z.discriminatedUnion(
  'as',
  [shapes.exact, shapes.host, shapes['without-query'], shapes.prefix, shapes.hash],
  choose(Object.keys(shapes)),
);

export type Form = z.output<typeof formSchema>;
export type Hash = z.output<typeof hashSchema>;
