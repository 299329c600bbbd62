import type { Gap, Leaf, Peeled, Reading } from './reading.ts';
import { NOTHING } from './reading.ts';

/** Readings of the pieces of one value as they come in. Most give nothing: then nothing is made for them. */
export class Gathered<Owner> {
  #found: Peeled<Owner>[] | null = null;
  #gaps: Gap[] | null = null;
  #leaves: Leaf[] | null = null;
  solid = false;

  add(inner: Reading<Owner>): void {
    if (inner.found.length > 0) (this.#found ??= []).push(...inner.found);
    if (inner.gaps.length > 0) (this.#gaps ??= []).push(...inner.gaps);
    if (inner.leaves.length > 0) (this.#leaves ??= []).push(...inner.leaves);
    if (inner.solid) this.solid = true;
  }

  sighted(found: readonly Peeled<Owner>[]): void {
    if (found.length > 0) (this.#found ??= []).push(...found);
  }

  say(gap: Gap): void {
    (this.#gaps ??= []).push(gap);
  }

  get found(): readonly Peeled<Owner>[] {
    return this.#found ?? NOTHING.found;
  }

  reading(solid: boolean): Reading<Owner> {
    const isEmpty = this.#found === null && this.#gaps === null && this.#leaves === null;
    if (isEmpty) return solid ? UNDERSTOOD : NOTHING;
    return {
      found: this.found,
      gaps: this.#gaps ?? NOTHING.gaps,
      leaves: this.#leaves ?? NOTHING.leaves,
      solid,
    };
  }
}

/** Understood, and nothing in it. */
const UNDERSTOOD: Reading<never> = { ...NOTHING, solid: true };
