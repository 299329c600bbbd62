import { ENOUGH_BITS, bitsOf } from './forms/chance.ts';
import { COMMON, digestOf } from './forms/hashes/digests.ts';
import { fileFormsOf } from './forms/files.ts';
import { hashesOf } from './forms/hashes/hashed.ts';
import { kindOf } from './forms/kind.ts';
import { binariesOf } from './forms/numbers.ts';
import { hashInputsOf, spellingsOf } from './forms/spellings.ts';
import { worthOf } from './forms/worth.ts';
import { turned } from './forms/turned.ts';

/** A spelling under which a canary may turn up, as the bytes to look for. */
export interface Form {
  /** "exact", "lower", "path", "prefix", "sha256(no scheme)" … */
  readonly name: string;
  readonly bytes: Buffer;
  /** What it is a spelling of: the value itself (`value`), or a hash, which is evidence of another kind. */
  readonly subject: string;
  /** Among forms of one subject, the higher one tells more: where both are found, only it is reported. */
  readonly strength: number;
  /** Bits of chance in it, never under 48. */
  readonly entropy: number;
  /** The wrapping that these bytes already wear, and what they are without it: rot13 and reversal cost nothing here. */
  readonly worn?: { readonly wrapping: string; readonly plain: Buffer };
}

/** What forms are made of: a minted canary, or a value from a file with what the file calls it. */
export interface Source {
  readonly value: string;
  readonly mold?: string | undefined;
  /** A planted file's bytes: they are looked for, and `value` is only what tells it from others. */
  readonly file?: Uint8Array | undefined;
}

/**
 * All forms of one canary that hold at least 48 bits of its chance. What can be undone (percent, base64, the hex
 * digits of a hash) is no form: wrappings take it off. `salts` are those known beforehand.
 */
export function formsOf({ value, mold, file }: Source, salts: readonly string[] = []): Form[] {
  if (file) return fileFormsOf(Buffer.from(file.buffer, file.byteOffset, file.byteLength));
  const kind = kindOf(value, mold);
  const worth = worthOf({ value, mold });
  const forms = new Map<string, Form>();
  const add = (form: Form): void => {
    const key = form.bytes.toString('latin1');
    const entropy = Math.min(form.entropy, worth, form.bytes.length * 8);
    if (entropy < ENOUGH_BITS || form.bytes.length < SHORTEST || forms.has(key)) return;
    const { name, bytes, subject, strength, worn } = form;
    const kept = {
      name: once(name),
      bytes: pooled(bytes),
      subject: once(subject),
      strength,
      entropy,
    };
    forms.set(key, worn === undefined ? kept : { ...kept, worn });
  };
  for (const { name, text, strength } of spellingsOf(kind, value)) {
    const plain = Buffer.from(text);
    const form = { name, bytes: plain, subject: 'value', strength, entropy: bitsOf(text) };
    add(form);
    for (const { wrapping, bytes } of turned(text)) {
      add({ ...form, bytes, worn: { wrapping, plain } });
    }
  }
  const binaries = binariesOf(kind, value);
  const entropy = bitsOf(value);
  for (const { name, bytes, bits } of binaries) {
    const chance = Math.min(entropy, bits ?? entropy);
    add({ name, bytes, subject: 'value', strength: 6, entropy: chance });
  }
  for (const input of hashInputsOf(kind, value)) {
    const bits = bitsOf(input.text);
    // A hash of what anybody could guess says nothing.
    if (bits < ENOUGH_BITS) continue;
    for (const one of hashesOf(input, salts)) {
      add({ ...one, strength: one.name === one.subject ? 1 : 0.5, entropy: bits });
    }
  }
  for (const { name, bytes } of binaries) {
    for (const algorithm of COMMON) {
      const subject = `${algorithm}(${name})`;
      add({ subject, name: subject, bytes: digestOf(algorithm, bytes), strength: 1, entropy });
    }
  }
  return [...forms.values()];
}

/** A run has a quarter of a million forms under some hundred names: each name is held once. */
const NAMES = new Map<string, string>();
function once(name: string): string {
  const known = NAMES.get(name);
  if (known !== undefined) return known;
  if (NAMES.size < MOST_NAMES) NAMES.set(name, name);
  return name;
}

/** Bounded all the same: what a value holds may stand in the name of a piece of it. */
const MOST_NAMES = 10_000;

/** A digest comes in memory of its own, several times its size: in Node's pool it shares that of others. */
function pooled(bytes: Buffer): Buffer {
  return bytes.buffer.byteLength < Buffer.poolSize / 8 ? Buffer.from(bytes) : bytes;
}

/** The matcher's shortest window; a telephone's number as a varint is as short. */
const SHORTEST = 7;
