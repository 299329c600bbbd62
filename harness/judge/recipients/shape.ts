import { z } from 'zod';
import { factSchema } from './registry.ts';

export type RecipientClass = z.output<typeof recipientClassSchema>;
export type Contact = z.output<typeof contactSchema>;
export type RecipientFacts = z.output<typeof recipientFactsSchema>;

export const recipientClassSchema = z.enum([
  'maker',
  'processor',
  'page',
  'search engine',
  'platform',
  'unknown',
]);

/** A device spoke to a recipient, canary or not, from one origin. */
export const contactSchema = z.object({
  device: z.string(),
  browser: z.string(),
  host: z.string(),
  recipientClass: recipientClassSchema,
  origin: z.enum(['page', 'native', 'unknown']),
  /** How the origin is known, in the first of these exchanges. */
  originFrom: z.string(),
  /** In k of n trials, void ones included. */
  trials: z.number(),
  of: z.number(),
  exchanges: z.number(),
});

/**
 * Who a recipient is. Registry is not owner, owner is not host, host is not place: each fact has its source and date,
 * or the reason why it is not known.
 */
export const recipientFactsSchema = z.object({
  host: z.string(),
  recipientClass: recipientClassSchema,
  /** Whose it is by our table of classes: a party, not a registrant. */
  who: factSchema,
  /** Who registered the domain. */
  domain: factSchema,
  /** Where it was reached; none where that is not recorded. */
  addresses: z.array(
    z.object({
      address: z.string(),
      /** Who registered the address. */
      registrant: factSchema,
      /** Who runs the network (AS) that leads to it. */
      operator: factSchema,
      /** Where it stands: only what somebody measured. */
      place: factSchema,
    }),
  ),
});
