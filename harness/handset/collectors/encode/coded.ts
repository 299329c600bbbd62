import type { Chance } from '../../../lib/seed.ts';
import type { Json } from '../rules/rules.ts';
import type { Step } from '../rules/wrappings.ts';
import type { Lookup } from '../template.ts';
import { androidJson } from './json.ts';
import { base64, hex, labels, percent } from './letters.ts';
import { multipart, urlForm } from './forms.ts';
import { brotli, deflate, gzip, zlib, zstd } from './zip.ts';

export interface Coding {
  readonly lookup: Lookup;
  readonly chance: Chance;
  /** What a split left, for a form's `{payload.1}`. */
  readonly parts: readonly Buffer[] | undefined;
}

type Given = { readonly value: Json } | { readonly bytes: Buffer };
type Coded = Exclude<Step, { as: 'stamp' | 'within' | 'split' }>;

/**
 * One wrapping put on: JSON written down, or bytes turned into bytes. The rarer encoders are loaded when a rule
 * first needs them. None shares code with the judge's decoders.
 */
export async function coded(step: Coded, given: Given, around: Coding): Promise<{ bytes: Buffer }> {
  const value = 'value' in given ? given.value : given.bytes.toString('utf8');
  if (step.as === 'json') {
    return text(step.slashes === 'escaped' ? androidJson(value) : JSON.stringify(value));
  }
  if (step.as === 'lines')
    return text(
      [value]
        .flat()
        .map((row) => `${androidJson(row)}\n`)
        .join(''),
    );
  if (step.as === 'text') return text([value].flat().map(asText).join('\n'));
  if (step.as === 'msgpack') return { bytes: (await import('./msgpack.ts')).msgpack(value) };
  if (step.as === 'cbor') return { bytes: (await import('./cbor.ts')).cbor(value) };
  if (step.as === 'protobuf') {
    return { bytes: (await import('./protobuf.ts')).protobuf(value, step.fields) };
  }
  const bytes = 'bytes' in given ? given.bytes : Buffer.from(asText(value));
  return { bytes: await recoded(step, bytes, around) };
}

type Recoded = Exclude<Coded, { as: 'json' | 'lines' | 'text' | 'msgpack' | 'cbor' | 'protobuf' }>;

async function recoded(step: Recoded, bytes: Buffer, around: Coding): Promise<Buffer> {
  switch (step.as) {
    case 'gzip':
      return gzip(bytes, step.level);
    case 'zlib':
      return zlib(bytes, step.level);
    case 'deflate':
      return deflate(bytes, step.level);
    case 'brotli':
      return brotli(bytes, step.quality);
    case 'zstd':
      return zstd(bytes, step.level);
    case 'lz4': {
      const { lz4Block, lz4Frame } = await import('./lz/lz4.ts');
      return step.framed ? lz4Frame(bytes) : lz4Block(bytes);
    }
    case 'snappy': {
      const { snappyBlock, snappyFramed } = await import('./lz/snappy.ts');
      return step.framed ? snappyFramed(bytes) : snappyBlock(bytes);
    }
    case 'base64':
      return Buffer.from(base64(bytes, step));
    case 'unbase64':
      return Buffer.from(bytes.toString('latin1'), 'base64');
    case 'hex':
      return Buffer.from(hex(bytes, step.case));
    case 'percent':
      return Buffer.from(percent(bytes, step.all));
    case 'utf16': {
      const wide = Buffer.from(bytes.toString('utf8'), 'utf16le');
      return step.order === 'be' ? wide.swap16() : wide;
    }
    case 'labels':
      return Buffer.from(labels(bytes, step.of));
    case 'form':
      return urlForm(step, bytes, around);
    case 'multipart':
      return multipart(step, bytes, around);
    case 'xor':
      return (await import('./ciphers.ts')).xor(bytes, step.key, around);
    case 'aes':
      return (await import('./ciphers.ts')).aes(bytes, step, around);
    case 'rsa':
      return (await import('../identities.ts')).rsa(bytes, step.publicKey);
  }
}

function text(written: string): { bytes: Buffer } {
  return { bytes: Buffer.from(written) };
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : androidJson(value);
}
