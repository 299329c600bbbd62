import { z } from 'zod';
import { Fault } from '../../lib/fault.ts';
import { closed, inWords, refusal } from './refusal.ts';

/** One device of devices.json: what it is reached by, and what we expect of it. */
export type BenchEntry = z.output<typeof entrySchema> & { readonly name: string };

const ways = ['serial', 'handset', 'desktop'] as const;
const text = z.string().min(1);
/** A desktop's browser is whatever its system keeps up to date. */
export const ANY = 'any';

const entrySchema = closed({
  serial: text.optional().describe('A phone: its serial as adb devices prints it, or host:port.'),
  handset: text
    .optional()
    .describe(
      'A reference handset: the name of a ROM profile, a path to one, or host:port of one that runs already.',
    ),
  desktop: text.optional().describe('A real browser on this machine, by the name of its profile.'),
  model: text,
  rom: closed({ family: text, region: text, build: text }),
  browsers: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/), text)
    .describe(`Browser → the version that is installed; "${ANY}" for a desktop: it is read.`),
  listen: z
    .enum(['usb', 'gateway', 'proxy'])
    .describe(
      'How we hear the device: over USB, through a network of ours ("gateway"), or, a desktop, by its own proxy setting.',
    ),
  reach: z
    .enum(['content', 'metadata', 'none'])
    .describe('What we can read of it; measured, and held against this.'),
  egress: z.enum(['open', 'world', 'sinkhole', 'block']).describe('What is behind the tap.'),
  note: z.string().optional(),
  owner: text.optional().describe('Whose phone it is. Required for phones.'),
  authorised: closed({ who: text, when: z.iso.date(), for: text })
    .optional()
    .describe('Who allowed these experiments, when, and what for. Required for phones.'),
  may: z
    .array(z.enum(['wipe', 'sign-out', 'flash', 'sms', 'call']))
    .optional()
    .describe('What cannot be undone and is allowed all the same.'),
  adb: closed({
    host: text.default('127.0.0.1'),
    port: z.int().min(1).max(65_535).default(5037),
  }).optional(),
  webdriver: closed({
    url: z.url({ protocol: /^https?$/ }),
    capabilities: z.record(z.string(), z.unknown()).default({}),
  }).optional(),
  gateway: closed({
    interface: z.string().regex(/^[A-Za-z0-9._-]{1,15}$/, 'is no name of a network interface'),
    address: z.ipv4(),
  })
    .optional()
    .describe(
      'A phone that listens by gateway: the interface it is behind, and its address there.',
    ),
  beacon: closed({
    host: z
      .string()
      .regex(
        /^(?=.{4,200}$)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
        'is no name of a domain',
      ),
    cert: text.optional().describe('PEM: for *.HOST and *.beacon.HOST, from a public authority.'),
    key: text.optional().describe('PEM, mode 0600.'),
  })
    .optional()
    .describe(
      'For reach "metadata": a domain of the lab’s own, under which our sites stand with a certificate that the device trusts already.',
    ),
  timelapse: z
    .number()
    .min(1)
    .optional()
    .describe('Divides every waiting time of a reference handset and of the harness alike.'),
}).meta({ oneOf: ways.map((way) => ({ required: [way] })) });

/** Names appear in file paths and on the command line. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const benchSchema = z.record(
  z.string().regex(NAME, 'is not a name; allowed: letters, digits, ".", "_", "-", at most 64'),
  entrySchema,
);

/** Where adb finds a device that is there already; null for one that the run starts for itself. */
export function serialOf({ serial, handset }: BenchEntry): string | null {
  return serial ?? (handset !== undefined && RUNNING.test(handset) ? handset : null);
}

const RUNNING = /^[A-Za-z0-9.-]+:\d{1,5}$/;

/** Reads devices.json. Fault `bench-invalid` lists every wrong field with its path and the allowed values. */
export function readBench(content: string, path: string): readonly BenchEntry[] {
  const { $schema: _, ...devices } = objectIn(content, path);
  const read = benchSchema.safeParse(devices, { error: refusal });
  const wrong = [
    ...(read.error?.issues ?? []).map(said),
    ...Object.entries(devices).flatMap(misfits),
  ];
  if (!read.success || wrong.length > 0) {
    const fields = `${wrong.length} wrong field${wrong.length > 1 ? 's' : ''}`;
    throw invalid(
      `${path} has ${fields}:\n${wrong.map((one) => `  ${inOneLine(one)}`).join('\n')}`,
    );
  }
  const entries = Object.entries(read.data).map(([name, entry]) => ({ name, ...entry }));
  if (entries.length === 0) throw invalid(`${path} lists no device`);
  return entries;
}

/** The JSON Schema that `docs/devices.schema.json` holds for editors. */
export function benchJsonSchema(): unknown {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The devices of a leaklab bench',
    type: 'object',
    properties: { $schema: { type: 'string' } },
    patternProperties: { [NAME.source]: z.toJSONSchema(entrySchema, { io: 'input' }) },
    additionalProperties: false,
  };
}

/** A name in the file must not look like a line of ours. */
function inOneLine(text: string): string {
  return text.replaceAll('\n', String.raw`\n`);
}

function said(issue: z.core.$ZodIssue): string {
  const message = issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined;
  return `${issue.path.join('.')}: ${message ?? issue.message}`;
}

/** What no single field can be blamed for: which fields belong to which way of reaching a device. */
function misfits([name, entry]: [string, unknown]): string[] {
  const fields = z.record(z.string(), z.unknown()).safeParse(entry).data ?? null;
  if (!fields) return [];
  const given = ways.filter((way) => fields[way] !== undefined);
  if (given.length !== 1) {
    const has = given.length === 0 ? 'has none' : `has ${given.join(' and ')}`;
    return [`${name}: ${has}; allowed: exactly one of ${inWords(ways)}`];
  }
  const { handset, serial, desktop, owner, authorised, timelapse, egress, listen } = fields;
  const wrong: string[] = [];
  if (serial !== undefined && owner === undefined) {
    wrong.push(`${name}.owner: is missing; a phone needs the name of its owner`);
  }
  if (serial !== undefined && authorised === undefined) {
    const shape = '{"who": …, "when": "YYYY-MM-DD", "for": …}';
    wrong.push(`${name}.authorised: is missing; a phone needs ${shape}`);
  }
  if (timelapse !== undefined && handset === undefined) {
    wrong.push(`${name}.timelapse: is for reference handsets only: a phone lives in real time`);
  }
  if (handset !== undefined && egress === 'open') {
    wrong.push(`${name}.egress: is "open"; allowed for a handset: "world", "sinkhole", "block"`);
  }
  if (serial !== undefined && egress === 'world') {
    wrong.push(`${name}.egress: is "world"; allowed here: "open", "sinkhole", "block"`);
  }
  if (desktop !== undefined && egress !== undefined && egress !== 'world') {
    wrong.push(`${name}.egress: is ${JSON.stringify(egress)}; allowed for a desktop: "world"`);
  }
  const { gateway } = fields;
  if (serial !== undefined && listen === 'gateway' && gateway === undefined) {
    const shape = '{"interface": "wlan0", "address": "10.77.0.10"}';
    wrong.push(`${name}.gateway: is missing; a phone behind a gateway needs ${shape}`);
  }
  if (gateway !== undefined && (serial === undefined || listen !== 'gateway')) {
    wrong.push(`${name}.gateway: is for phones with "listen": "gateway" only`);
  }
  wrong.push(...beaconMisfits(name, fields));
  const { kind, heard } = hearing(desktop, handset);
  if (typeof listen === 'string' && !heard.includes(listen)) {
    wrong.push(
      `${name}.listen: is ${JSON.stringify(listen)}; allowed for ${kind}: ${inWords(heard)}`,
    );
  }
  const versions = z.record(z.string(), z.unknown()).safeParse(fields['browsers']).data ?? {};
  if (desktop === undefined && Object.values(versions).includes(ANY)) {
    wrong.push(`${name}.browsers: a version is "${ANY}", which is for desktops only`);
  }
  if (desktop !== undefined && !Object.keys(versions).every((browser) => browser === desktop)) {
    wrong.push(`${name}.browsers: a desktop has the one browser that "desktop" names`);
  }
  return wrong;
}

/** Where our CA is trusted, pages are to be read; a phone's certificate comes from outside, a handset's from its world. */
function beaconMisfits(name: string, { beacon, reach, serial }: Record<string, unknown>): string[] {
  const given = z.record(z.string(), z.unknown()).safeParse(beacon).data;
  if (!given) return [];
  const files = ['cert', 'key'].filter((one) => given[one] !== undefined).length;
  const enough = files === 2 || (files === 0 && serial === undefined);
  return [
    ...(reach === 'metadata' ? [] : [`${name}.beacon: is for "reach": "metadata" only`]),
    ...(enough ? [] : [`${name}.beacon: needs both "cert" and "key", the paths of two PEM files`]),
  ];
}

/**
 * By which ways a device can be heard. A network of ours holds what this run starts itself: a phone on a cable, or a
 * handset that runs already, has its network elsewhere, and we own no access point yet.
 */
function hearing(desktop: unknown, handset: unknown): { kind: string; heard: readonly string[] } {
  if (desktop !== undefined) return { kind: 'a desktop', heard: ['gateway', 'proxy'] };
  if (typeof handset !== 'string') return { kind: 'a phone', heard: ['usb', 'gateway'] };
  return RUNNING.test(handset)
    ? { kind: 'a handset that runs already', heard: ['usb'] }
    : { kind: 'a handset', heard: ['usb', 'gateway'] };
}

function objectIn(content: string, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw invalid(`${path} is not JSON: ${inOneLine(why)}`);
  }
  const read = z.record(z.string(), z.unknown()).safeParse(value);
  if (read.success) return read.data;
  throw invalid(`${path} must be an object: a device's name → what it is`);
}

function invalid(message: string): Fault {
  return new Fault(
    'bench-invalid',
    message,
    'Mend devices.json; an editor that reads docs/devices.schema.json shows the allowed values as you type.',
  );
}
