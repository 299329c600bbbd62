/** A place of one exchange that was not searched to the end. */
export interface Unsearched {
  readonly exchange: number;
  readonly host: string;
  readonly bytes: number | null;
  readonly why: string;
  readonly where: string;
  readonly wrappings: readonly string[];
  /** How many places this entry stands for, where they are counted and not named. */
  readonly places?: number;
}

/** So many places are named one by one; a capture of gigabytes holds millions. */
const NAMED = 10_000;
/** So many recipients are counted by name. */
const RECIPIENTS = 10_000;

/**
 * Places that were not searched to the end, in memory that does not grow with the capture: the first ones are named, of the
 * others each recipient is one entry that counts them.
 */
export class Gaps {
  readonly #named: Unsearched[] = [];
  readonly #counted = new Map<string, { first: number; places: number; bytes: number }>();

  add(gap: Unsearched): void {
    if (this.#named.length < NAMED) {
      this.#named.push(gap);
      return;
    }
    const host = this.#counted.has(gap.host) || this.#counted.size < RECIPIENTS ? gap.host : '';
    const counted = this.#counted.get(host) ?? { first: gap.exchange, places: 0, bytes: 0 };
    this.#counted.set(host, counted);
    counted.places++;
    counted.bytes += gap.bytes ?? 0;
  }

  list(): readonly Unsearched[] {
    const counted = [...this.#counted].map(([host, { first, places, bytes }]) => ({
      exchange: first,
      host,
      bytes,
      why: `${places} more from here on, which are counted and not listed`,
      where: '',
      wrappings: [],
      places,
    }));
    return [...this.#named, ...counted];
  }
}
