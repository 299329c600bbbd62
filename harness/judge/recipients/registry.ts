import { z } from 'zod';

/** Something that is said about a recipient, by whom, and when. */
export type Fact = z.output<typeof factSchema>;

/** What is known of an address: whose it is by the registry, and whose network leads to it. Never where it stands. */
export type Network = z.output<typeof networkSchema>;

/**
 * What is known of names and addresses outside any record: tables of ours, of the user, and a data set. It comes in
 * from outside, because a judge reads a record and nothing else.
 */
export interface Registry {
  /** Rows of a user stand before ours. */
  readonly domains: readonly DomainRow[];
  /** Places that somebody measured. */
  readonly places: readonly PlaceRow[];
  networksOf(addresses: readonly string[]): Promise<Networks>;
}

/** What is known of some addresses, and why of the others nothing is: the data set with its date, or that there is none. */
export interface Networks {
  readonly known: ReadonlyMap<string, Network>;
  readonly otherwise: string;
}

type DomainRow = z.output<typeof domainSchema>;
type PlaceRow = z.output<typeof placeSchema>;

const said = { source: z.string().min(1), date: z.string().regex(/^\d{4}(-\d\d(-\d\d)?)?$/) };

export const factSchema = z.object({
  /** Null: not known; `source` says why. */
  value: z.string().nullable(),
  source: z.string(),
  date: z.string().nullable(),
});

const domainSchema = z.strictObject({ domain: z.string(), registrant: z.string(), ...said });
const placeSchema = z.strictObject({ address: z.string(), place: z.string(), ...said });
const networkSchema = z.strictObject({
  registrant: z.string().nullable().default(null),
  /** Of the registration: ISO 3166 or a name. */
  country: z.string().nullable().default(null),
  /** "AS23724 IDC, China Telecommunications Corporation". */
  operator: z.string().nullable().default(null),
  ...said,
});

/** `recipients.json` beside `devices.json`: what its owner knows, and where from. */
export const recipientsFileSchema = z.strictObject({
  /** Another IPFire Location database than the installed one. */
  database: z.string().nullable().default(null),
  domains: z.array(domainSchema).default([]),
  /** Whole ranges, both ends included; the first that holds an address counts. */
  addresses: z
    .array(z.strictObject({ from: z.string(), to: z.string(), ...networkSchema.shape }))
    .default([]),
  places: z.array(placeSchema).default([]),
});
