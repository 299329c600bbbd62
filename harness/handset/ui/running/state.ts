import type { AppState } from '../app.ts';

/** An app's pieces of state, each only ever one of the values that its data file lists. */
export class Pieces {
  readonly #declared: AppState;
  readonly #values = new Map<string, string>();

  constructor(declared: AppState) {
    this.#declared = declared;
    this.reset('until-stop');
    this.reset('until-clear');
  }

  get all(): ReadonlyMap<string, string> {
    return this.#values;
  }

  choices(): ReadonlyMap<string, readonly string[]> {
    return new Map(Object.entries(this.#declared).map(([name, { values }]) => [name, values]));
  }

  set(name: string, value: string): void {
    if (this.#valuesOf(name).includes(value)) this.#values.set(name, value);
  }

  /** To the next of its values, and from the last to the first. */
  toggle(name: string): void {
    const values = this.#valuesOf(name);
    const next = values[(values.indexOf(this.#values.get(name) ?? '') + 1) % values.length];
    if (next !== undefined) this.#values.set(name, next);
  }

  reset(kept: 'until-stop' | 'until-clear'): void {
    for (const [name, piece] of Object.entries(this.#declared)) {
      if (piece.keeps === kept) this.#values.set(name, piece.default);
    }
  }

  #valuesOf(name: string): readonly string[] {
    return Object.hasOwn(this.#declared, name) ? (this.#declared[name]?.values ?? []) : [];
  }
}
