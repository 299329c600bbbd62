/** Two identifiers that travelled in one event: whoever has both knows them for the same phone or person. */
export interface Link {
  /** Two fields, by number, the smaller first. */
  readonly fields: readonly [number, number];
  /** Events that carried both, with different values and with equal ones. */
  readonly different: number;
  readonly same: number;
  readonly first: { readonly trial: string; readonly line: number };
}

interface Counted {
  different: number;
  same: number;
  readonly first: Link['first'];
}

interface Identifier {
  readonly field: number;
  readonly hash: number;
  readonly event: string;
}

/** Counts pairs of identifiers event by event. Bounded: further pairs than a collector has are not counted. */
export class Links {
  readonly #pairs = new Map<number, Counted & Pick<Link, 'fields'>>();

  /** The identifiers of one exchange. What stands outside every list belongs to each of its events. */
  note(identifiers: readonly Identifier[], first: Link['first']): void {
    const few = identifiers.slice(0, MOST_IN_ONE);
    const seen = new Set<number>();
    for (const [i, one] of few.entries()) {
      for (const other of few.slice(i + 1)) {
        if (one.field === other.field || !belong(one.event, other.event)) continue;
        const fields: Link['fields'] =
          one.field < other.field ? [one.field, other.field] : [other.field, one.field];
        const key = fields[0] * MOST_NUMBERS + fields[1];
        const kind = one.hash === other.hash ? 'same' : 'different';
        // An exchange with fifty events counts once a kind.
        const once = 2 * key + (kind === 'same' ? 1 : 0);
        if (seen.has(once)) continue;
        seen.add(once);
        const counted = this.#pairs.get(key) ?? this.#begin(key, fields, first);
        if (counted) counted[kind]++;
      }
    }
  }

  get all(): Link[] {
    return [...this.#pairs.values()].map((one) => ({ ...one }));
  }

  #begin(key: number, fields: Link['fields'], first: Link['first']): Counted | null {
    if (this.#pairs.size >= MOST_PAIRS) return null;
    const counted = { fields, different: 0, same: 0, first };
    this.#pairs.set(key, counted);
    return counted;
  }
}

/** Numbers of fields are smaller. */
const MOST_NUMBERS = 2 ** 24;
const MOST_IN_ONE = 60;
const MOST_PAIRS = 20_000;

function belong(one: string, other: string): boolean {
  return one === other || one === '' || other === '';
}
