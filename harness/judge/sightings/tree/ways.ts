import type { SaltAllowance, Salted } from '../spot/salted.ts';
import { mayBeMasked } from '../spot/unmasked.ts';
import type { KnownKey } from '../wrappings/keyed.ts';
import { openedWith } from '../wrappings/keyed.ts';
import type { Value } from '../wrappings/value.ts';
import type { Part } from '../wrappings/wrapping.ts';

/** What the canaries themselves tell: under which key they stand, and what their digests were salted with. */
export interface Ways<Owner> {
  unmask(bytes: Buffer): Buffer | null;
  salted(values: readonly Buffer[], allowance: SaltAllowance): readonly Salted<Owner>[];
  /** Whether pictures are wanted. */
  readonly pictures: boolean;
}

export const NO_WAYS: Ways<never> = { unmask: () => null, salted: () => [], pictures: false };

/** What the first of the keys that somebody knows opens; null where none does. */
export function withKeys(keys: readonly KnownKey[], bytes: Buffer): Part | null {
  for (const known of keys) {
    const [part] = openedWith(known, bytes).parts;
    if (part !== undefined) return part;
  }
  return null;
}

/** XOR with a key that only a canary tells: for bytes in which nothing else saw anything. */
export function unmasked(value: Value, { unmask }: Pick<Ways<unknown>, 'unmask'>): Part | null {
  if (value.from === 'xor' || !mayBeMasked(value)) return null;
  const plain = unmask(value.bytes);
  return plain === null ? null : { name: 'xor', bytes: plain };
}
