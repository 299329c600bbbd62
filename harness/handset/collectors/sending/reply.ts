import { z } from 'zod';
import type { Chance } from '../../../lib/seed.ts';
import type { Reply } from '../rules/channel.ts';
import type { Lookup } from '../template.ts';

/** Numbers and truth values are remembered as they are written. */
const short = z
  .union([z.string(), z.number(), z.boolean()])
  .transform(String)
  .pipe(z.string().max(2000));

/** What a channel wants remembered of a reply. Only short texts are kept: a reply comes from outside. */
export async function remembered(
  body: Buffer,
  wanted: Reply,
  around: { lookup: Lookup; chance: Chance },
): Promise<ReadonlyMap<string, string>> {
  const out = new Map<string, string>();
  const reply = parsed(body);
  for (const [name, { at, open }] of Object.entries(wanted.remember)) {
    const value = at.split('.').reduce(field, reply);
    const text = short.safeParse(value).data;
    if (text === undefined) continue;
    const opened = open
      ? (await import('../encode/ciphers.ts'))
          .openAes(Buffer.from(text, 'base64'), open, around)
          ?.toString('base64')
      : text;
    if (opened !== undefined) out.set(name, opened);
  }
  return out;
}

const object = z.record(z.string(), z.unknown());

function field(value: unknown, name: string): unknown {
  const known = object.safeParse(value);
  return known.success && Object.hasOwn(known.data, name) ? known.data[name] : undefined;
}

function parsed(body: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return value;
  } catch {
    return undefined;
  }
}
