import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Chance } from '../../../lib/seed.ts';
import { javaHash } from '../disclose.ts';
import type { Json } from '../rules/rules.ts';
import type { Step, Wrapping } from '../rules/wrappings.ts';
import type { Lookup } from '../template.ts';
import { fill } from '../template.ts';
import { coded } from './coded.ts';
import { androidJson } from './json.ts';

/** What goes through a chain: JSON first, bytes from the first wrapping that writes it down. */
export type Payload =
  { readonly value: Json } | { readonly bytes: Buffer; readonly parts?: readonly Buffer[] };

export interface Surroundings {
  readonly lookup: Lookup;
  readonly chance: Chance;
}

/** Rows in all their wrappings: one payload for each request that they make (`split` makes several). */
export async function wrapped(
  rows: Json,
  chain: readonly Wrapping[],
  around: Surroundings,
): Promise<Payload[]> {
  const count = Array.isArray(rows) ? rows.length : 1;
  const counting: Lookup = (name) => (name === 'rows' ? count : around.lookup(name));
  let payloads: Payload[] = [{ value: rows }];
  for (const step of chain) {
    if (step.as === 'split' && step.over === 'requests') {
      const [payload] = payloads;
      const parts = payload ? split(bytesOf(payload), step.parts) : [];
      payloads = parts.map((bytes) => ({ bytes }));
    } else {
      payloads = await Promise.all(
        payloads.map(async (payload, at) => {
          const lookup = naming(payload, counting, { at, of: payloads.length });
          return await one(step, payload, { ...around, lookup });
        }),
      );
    }
  }
  return payloads;
}

async function one(step: Wrapping, payload: Payload, around: Surroundings): Promise<Payload> {
  const value = 'value' in payload ? payload.value : null;
  if (step.as === 'each') {
    const rows = Array.isArray(value) ? value : [];
    return { value: await Promise.all(rows.map((row) => eachRow(row, step.wrap, around))) };
  }
  if (step.as === 'stamp') {
    const stamp = (row: Json): Json =>
      row !== null && typeof row === 'object' && !Array.isArray(row)
        ? { ...row, ...Object.fromEntries(filledFields(step.fields, around.lookup)) }
        : row;
    return { value: Array.isArray(value) ? value.map(stamp) : stamp(value) };
  }
  if (step.as === 'within') return { value: fill(step.value, around.lookup) };
  if (step.as === 'split') {
    return { bytes: bytesOf(payload), parts: split(bytesOf(payload), step.parts) };
  }
  const parts = 'parts' in payload ? payload.parts : undefined;
  return await coded(step, payload, { ...around, parts });
}

async function eachRow(row: Json, chain: readonly Step[], around: Surroundings): Promise<string> {
  const [payload = { value: null }] = await wrapped(row, chain, around);
  return textOf(payload);
}

function filledFields(fields: Readonly<Record<string, Json>>, lookup: Lookup): [string, Json][] {
  return Object.entries(fields).map(([name, value]) => [name, fill(value, lookup)]);
}

/** The names that exist in a wrapping only: the payload so far, what can be counted of it, and which part it is. */
export function naming(payload: Payload, lookup: Lookup, part = { at: 0, of: 1 }): Lookup {
  return (name) => {
    if (name === 'part') return part.at + 1;
    if (name === 'parts') return part.of;
    const [, of] = /^payload(?:\.(.+))?$/.exec(name) ?? [];
    if (!name.startsWith('payload')) return lookup(name);
    if (of === undefined) return 'value' in payload ? payload.value : textOf(payload);
    if (/^\d+$/.test(of)) {
      const parts = 'parts' in payload ? payload.parts : [];
      return parts[Number(of) - 1]?.toString('utf8');
    }
    const bytes = bytesOf(payload);
    const counted: Readonly<Record<string, () => Json>> = {
      javaHash: () => javaHash(bytes.toString('utf8')),
      md5: () => createHash('md5').update(bytes).digest('hex'),
      crc32: () => crc32(bytes),
      bytes: () => bytes.length,
    };
    return Object.hasOwn(counted, of) ? counted[of]?.() : undefined;
  };
}

export function bytesOf(payload: Payload): Buffer {
  if ('bytes' in payload) return payload.bytes;
  return Buffer.from(
    typeof payload.value === 'string' ? payload.value : androidJson(payload.value),
  );
}

function textOf(payload: Payload): string {
  return bytesOf(payload).toString('utf8');
}

/** As even as can be, the longer ones first. */
function split(bytes: Buffer, parts: number): Buffer[] {
  const size = Math.ceil(bytes.length / parts);
  return Array.from({ length: parts }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}
