import { z } from 'zod';
import { batchSchema } from './batch.ts';
import { choose, jsonTemplate, strict, template, word } from './strict.ts';
import { aesShape, wrappingSchema } from './wrappings.ts';

const proxy = z
  .enum(['obeys', 'ignores'])
  .default('obeys')
  .describe("the phone's proxy setting; what ignores it is not seen by a proxy");
const addedCa = z
  .enum(['as-rom', 'refused'])
  .default('as-rom')
  .describe('certificates that were added to the phone: believed as the ROM says, or never');

const transports = {
  https: strict({ as: z.literal('https'), proxy, addedCa }),
  http: strict({ as: z.literal('http'), proxy }),
  quic: strict({ as: z.literal('quic'), fallback: z.enum(['https', 'none']), addedCa }).describe(
    'tries UDP, past any proxy; when nobody answers it falls back, or does without',
  ),
  dns: strict({ as: z.literal('dns') }).describe(
    'asks for the host as a name: put the payload into it',
  ),
  websocket: strict({
    as: z.literal('websocket'),
    secure: z.boolean().default(true),
    proxy,
    addedCa,
  }),
  tcp: strict({
    as: z.literal('tcp'),
    secure: z.boolean().default(false),
    proxy,
    addedCa,
  }).describe('the payload and nothing around it; a proxy is asked with CONNECT'),
};

const transportSchema = z.discriminatedUnion(
  'as',
  [
    transports.https,
    transports.http,
    transports.quic,
    transports.dns,
    transports.websocket,
    transports.tcp,
  ],
  choose(Object.keys(transports)),
);

const HTTPS: Transport = { as: 'https', proxy: 'obeys', addedCa: 'as-rom' };

/** One host, or one for each region, `default` among them. */
const hostSchema = z.union([
  template.min(1),
  z.intersection(
    z.record(z.string(), template.min(1)),
    z.looseObject({ default: template.min(1) }),
  ),
]);

export const sendSchema = strict({
  method: z.enum(['GET', 'POST', 'PUT']).default('POST'),
  host: hostSchema.describe('a name, or region → name with a `default`'),
  port: z.int().min(1).max(65_535).optional(),
  path: template.default('/').describe('values in it are percent-encoded'),
  query: z
    .record(z.string(), template)
    .default({})
    .describe('those that come out empty are left out'),
  headers: z.array(z.tuple([z.string(), template])).default([]),
}).describe(
  '`{payload}` may stand in host, path, query and headers; where it does not, it is the body',
);

const replySchema = strict({
  remember: z
    .record(
      word,
      strict({
        at: z.string().min(1).describe('a path into a JSON reply: data.sid'),
        open: strict(aesShape).optional().describe('the value is base64 of AES under this key'),
      }),
    )
    .describe('`{memory.NAME}`, kept until the app’s data is cleared'),
});

/** Where rows go, in which clothes, when and by which way. */
export const channelShape = {
  send: sendSchema,
  wrap: z.array(wrappingSchema).default([]),
  batch: batchSchema.optional(),
  transport: transportSchema.default(HTTPS),
  tries: strict({ most: z.int().min(1).max(10), withinMs: z.number().min(0) })
    .optional()
    .describe('without a batch: again when nobody answers below 500, spread over this time'),
  reply: replySchema.optional(),
};

export const channelSchema = strict({
  row: jsonTemplate
    .optional()
    .describe('what every row has; the row of a rule is merged into it, word by word'),
  ...channelShape,
});

export type Channel = z.output<typeof channelSchema>;
export type Transport = z.output<typeof transportSchema>;
export type Reply = z.output<typeof replySchema>;

type InPlace = { readonly [Name in keyof typeof channelShape]?: Channel[Name] | undefined };

/** The channel that a rule writes out itself; undefined where it goes through a named one. */
export function channelOf(rule: InPlace): Channel | undefined {
  const { send, wrap = [], transport = HTTPS, batch, tries, reply } = rule;
  return send && { send, wrap, transport, batch, tries, reply };
}
