import { createHash } from 'node:crypto';
import type { Chance } from '../../../lib/seed.ts';
import type { Step } from '../rules/wrappings.ts';
import type { Lookup } from '../template.ts';
import { fillText } from '../template.ts';
import { percent } from './letters.ts';

interface Around {
  readonly lookup: Lookup;
  readonly chance: Chance;
  readonly parts: readonly Buffer[] | undefined;
}

/** Fields in the order given; with a signature in the place that its field has, or at the end. */
export function urlForm(
  { fields, sign }: Extract<Step, { as: 'form' }>,
  payload: Buffer,
  around: Around,
): Buffer {
  const filled = fields.map(([name, template]): [string, Buffer] => [
    name,
    fillBytes(template, payload, around),
  ]);
  const signed = sign
    ? withSignature(filled, sign.field, fillText(sign.salt, around.lookup))
    : filled;
  return Buffer.from(
    signed.map(([name, value]) => `${encodeURIComponent(name)}=${percent(value)}`).join('&'),
  );
}

/** Lower-case MD5 over keys and values in the order of the keys, then the salt: as mistat and OneTrack sign. */
function withSignature(
  fields: [string, Buffer][],
  field: string,
  salt: string,
): [string, Buffer][] {
  const hash = createHash('md5');
  for (const [name, value] of fields.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (name !== field) hash.update(name).update(value);
  }
  const signature = Buffer.from(hash.update(salt).digest('hex'));
  const named = fields.some(([name]) => name === field);
  return named
    ? fields.map(([name, value]) => [name, name === field ? signature : value])
    : [...fields, [field, signature]];
}

/** RFC 7578: plain fields, then the payload as a file where the rule names one. */
export function multipart(
  { fields, file }: Extract<Step, { as: 'multipart' }>,
  payload: Buffer,
  around: Around,
): Buffer {
  const parts = fields.map(([name, template]) =>
    part(`name="${quoted(name)}"`, fillBytes(template, payload, around)),
  );
  if (file) {
    const name = quoted(fillText(file.name, around.lookup));
    const head = `name="${quoted(file.field)}"; filename="${name}"\r\nContent-Type: ${file.type}`;
    parts.push(part(head, payload));
  }
  return Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

/** Fixed, so that a rule's Content-Type header can name it. */
const BOUNDARY = '----7MA4YWxkTrZu0gW0123456789';

function part(head: string, body: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
    body,
    Buffer.from('\r\n'),
  ]);
}

/** As browsers write names: what would end the quotation or the line is percent-encoded. */
function quoted(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** As fillText, but the payload stays the bytes it is, whether they are a text or not. */
function fillBytes(template: string, payload: Buffer, { lookup, parts }: Around): Buffer {
  const pieces = template.split(/(\{payload(?:\.\d+)?\})/);
  return Buffer.concat(
    pieces.map((piece) => {
      const [whole, number] = /^\{payload(?:\.(\d+))?\}$/.exec(piece) ?? [];
      if (whole === undefined) return Buffer.from(fillText(piece, lookup));
      if (number === undefined) return payload;
      return parts?.[Number(number) - 1] ?? Buffer.alloc(0);
    }),
  );
}
