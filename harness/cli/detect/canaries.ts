import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { ENOUGH_BITS } from '../../judge/sightings/forms/chance.ts';
import { bitsOfFile } from '../../judge/sightings/forms/files.ts';
import { worthOf } from '../../judge/sightings/forms/worth.ts';
import { Fault } from '../../lib/fault.ts';
import { exists, readBytes, readText, sizeOf } from '../../record/disk.ts';

/** A value to look for, as a file names it. `kind` is free text: where it says nothing known, the value's shape does. */
export interface Wanted {
  readonly name: string;
  readonly value: string;
  readonly mold: string | undefined;
  /** Of a planted file: its bytes. `value` is their SHA-256 then. */
  readonly file?: Buffer;
}

const fileSchema = z.object({
  name: z.string().min(1),
  kind: z.enum(['photo', 'file']),
  file: z.string().min(1),
});

const schema = z.array(
  z.preprocess(
    // Files are what they are by their bytes, so they have no value of their own.
    (entry) => {
      const one = fileSchema.safeParse(entry);
      return one.success ? { ...one.data, value: '' } : entry;
    },
    z.object({
      name: z.string().min(1),
      value: z.string(),
      kind: z.string().optional(),
      file: z.string().optional(),
    }),
  ),
);

/** Reads `[{"name","value","kind"?}]`, or with `file` (a path beside the list) for a photo or file. Whatever would make a sighting prove nothing is a Fault that names the entry. */
export async function readCanaries(path: string): Promise<Wanted[]> {
  const text = await readText(path);
  if (text === null) {
    throw new Fault('no-such-file', `there is no file ${path}`, SHAPE);
  }
  const canaries: Wanted[] = [];
  for (const { name, value, kind, file } of parsed(path, text)) {
    if (file === undefined || value !== '') canaries.push({ name, value, mold: kind });
    else canaries.push(await planted(path, name, file));
  }
  if (canaries.length === 0) throw refused(path, 'holds no canary', SHAPE);
  const names = new Map<string, number>();
  const values = new Map<string, number>();
  for (const [at, canary] of canaries.entries()) {
    const { name, value } = canary;
    const bits = Math.floor(worthOf(canary));
    if (bits < ENOUGH_BITS) {
      throw refused(
        path,
        `entry ${at} (${name}) holds ${bits} bits of chance at most`,
        `Plant a value of at least ${ENOUGH_BITS} bits, such as 16 random letters: a shorter one is seen by chance.`,
      );
    }
    const twin = names.get(name);
    if (twin !== undefined) {
      throw refused(
        path,
        `entries ${twin} and ${at} are both called ${name}`,
        'Give each its own name.',
      );
    }
    const same = values.get(plain(value));
    if (same !== undefined) {
      throw refused(
        path,
        `entries ${same} (${canaries[same]?.name ?? ''}) and ${at} (${name}) cannot be told apart`,
        'Give each its own value; case, blanks and the scheme of a URL do not count.',
      );
    }
    names.set(name, at);
    values.set(plain(value), at);
  }
  return canaries;
}

/** Files larger than this are no photos, and their pieces would crowd out everything else. */
const MOST_BYTES = 64 * 2 ** 20;

async function planted(path: string, name: string, relative: string): Promise<Wanted> {
  const own = resolve(dirname(path), relative);
  const remedy = `Give a file of at most ${MOST_BYTES} bytes that nobody else has.`;
  if (!(await exists(own))) {
    throw refused(path, `names a file for ${name} that is not there: ${own}`, remedy);
  }
  if ((await sizeOf(own)) > MOST_BYTES)
    throw refused(path, `names too large a file: ${own}`, remedy);
  const file = await readBytes(own);
  if (bitsOfFile(file) < 2 * ENOUGH_BITS) {
    throw refused(path, `names a file that says too little: ${own}`, remedy);
  }
  return { name, mold: 'file', file, value: createHash('sha256').update(file).digest('hex') };
}

const SHAPE = 'Write [{"name": "visited page", "value": "https://…"}, …].';

function parsed(path: string, text: string): z.output<typeof schema> {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw refused(path, `is no JSON: ${error instanceof Error ? error.message : ''}`, SHAPE);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const [entry, field] = issue?.path ?? [];
  const where =
    entry === undefined
      ? 'is'
      : `entry ${String(entry)}${field === undefined ? '' : `, ${String(field)}`}:`;
  throw refused(path, `${where} ${issue?.message ?? 'not a list of canaries'}`, SHAPE);
}

function plain(value: string): string {
  return value
    .trim()
    .toLowerCase()
    .normalize('NFKC')
    .replace(/^https?:\/\/(?:www\.)?/, '')
    .replace(/\/$/, '');
}

function refused(path: string, what: string, advice: string): Fault {
  return new Fault('bad-canaries', `${path} ${what}`, advice);
}
