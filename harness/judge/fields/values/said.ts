/**
 * What servers said before the phone did, and what the phone said before any server: a value belongs to whoever said
 * it first. Bounded: what was said long ago is forgotten, and then marked by nobody.
 */
export class Sayings {
  /** Hash → where a server said it; '' where the phone was first. */
  #young = new Map<number, string>();
  #old = new Map<number, string>();

  serverSays(value: string, hash: number, origin: () => string): void {
    if (value.length >= TELLING && !this.#isKnown(hash)) this.#keep(hash, origin());
  }

  phoneSays(value: string, hash: number): void {
    if (value.length >= TELLING && !this.#isKnown(hash)) this.#keep(hash, '');
  }

  /** Where a server said this before the phone: "GET host/config, response $.sid"; null when nobody knows that it did. */
  origin(hash: number): string | null {
    const said = this.#young.get(hash) ?? this.#old.get(hash) ?? '';
    return said === '' ? null : said;
  }

  #isKnown(hash: number): boolean {
    if (this.#young.has(hash)) return true;
    const old = this.#old.get(hash);
    if (old === undefined) return false;
    // Whatever is said again is remembered for longer.
    this.#keep(hash, old);
    return true;
  }

  #keep(hash: number, said: string): void {
    this.#young.set(hash, said);
    if (this.#young.size < GENERATION) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}

/** Shorter values are said by everybody. */
const TELLING = 8;
const GENERATION = 65_536;
