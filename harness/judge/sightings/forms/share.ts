import type { Form } from '../forms.ts';
import type { Needle } from '../spot/needle.ts';
import { COMMON, RARE, digestOf } from './hashes/digests.ts';

/** What of a canary a sighting shows, in words; `around` is what stands before and behind it in its layer. */
export type Share<Owner> = (needle: Needle<Owner>, around: Around) => string;

interface Around {
  readonly before: string;
  readonly after: string;
}

/** Says how much of a canary a form of it is: "the first 16 of 43 characters", "64 of 256 bits of the digest". */
export function makeShares<Owner>(needles: readonly Needle<Owner>[]): Share<Owner> {
  // Most captures show none: then nothing is kept for it.
  let wholes: Map<Owner, Form> | null = null;
  return ({ owner, form }, around) => {
    wholes ??= new Map(
      needles.flatMap((one) =>
        one.form.name === 'exact' && !one.form.worn ? [[one.owner, one.form] as const] : [],
      ),
    );
    return shareOf(form, wholes.get(owner) ?? null, around);
  };
}

function shareOf(form: Form, whole: Form | null, around: Around): string {
  const { name, subject, bytes, worn } = form;
  if (subject !== 'value') return ofDigest(form);
  if (name === 'piece of the file')
    return `a piece of the file, at least ${bytes.length} of ${whole?.bytes.length ?? '?'} bytes`;
  const value = whole === null ? null : textOf(whole.bytes);
  const text = textOf(worn?.plain ?? bytes);
  if (form === whole || (value !== null && text === value))
    return value === null ? `the whole: ${bytes.length} bytes` : `the whole: ${counted(value)}`;
  if (whole === null || value === null || text === null) return asHow(form, whole);
  const part = partOf(folded(text), folded(value), worn ? NOTHING : around);
  if (part === null) return asHow(form, whole);
  const [base = ''] = name.split(', ');
  return ALONE.has(base) ? `the ${base} only: ${part}` : part;
}

const ALONE: ReadonlySet<string> = new Set(['host', 'domain', 'label', 'path', 'local part']);

const NOTHING: Around = { before: '', after: '' };

/** Where a part stands in the whole; what stands around it in the traffic may be more of it. Null when it stands nowhere. */
function partOf(text: string, value: string, around: Around): string | null {
  const found = value.indexOf(text);
  if (found < 0) return null;
  const [before, after] = [folded(around.before), folded(around.after)];
  let [at, end] = [found, found + text.length];
  while (end < value.length && after[end - found - text.length] === value[end]) end++;
  while (at > 0 && before.at(at - found - 1) === value[at - 1]) at--;
  const all = counted(value);
  if (at === 0 && end === value.length) return `the whole, in other letters: ${all}`;
  const [skipped, until] = [[...value.slice(0, at)].length, [...value.slice(0, end)].length];
  if (at === 0) return `the first ${until} of ${all}`;
  return end === value.length
    ? `the last ${until - skipped} of ${all}`
    : `characters ${skipped + 1} to ${until} of ${all}`;
}

/** A form that is no part of the text: as much as its chance is of the whole's. */
function asHow({ name, entropy }: Form, whole: Form | null): string {
  if (whole === null) return `${Math.round(entropy)} bits, as ${name}`;
  return entropy >= whole.entropy
    ? `the whole, as ${name}`
    : `${Math.round(entropy)} of ${Math.round(whole.entropy)} bits, as ${name}`;
}

function ofDigest({ name, subject, bytes }: Form): string {
  const isNumber = name.endsWith(' as a number');
  const bits = isNumber ? 64 : 8 * bytes.length;
  if (name === subject) return `the whole digest: ${bits} of ${bits} bits`;
  const algorithm = /^[a-z0-9-]+(?=\()/.exec(subject)?.[0] ?? '';
  if (!COMMON.includes(algorithm) && !RARE.includes(algorithm)) return `${bits} bits of the digest`;
  return `${bits} of ${8 * digestOf(algorithm, '').length} bits of the digest`;
}

/** Null for bytes that are no text. */
function textOf(bytes: Buffer): string | null {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) && !/[^\P{Cc}\t\r\n]/u.test(text) ? text : null;
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

function counted(text: string): string {
  return `${[...text].length} characters`;
}
