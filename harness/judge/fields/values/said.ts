/**
 * What servers said before the phone did, and what the phone said before any server: a value belongs to whoever said
 * it first. Bounded: what was said longest ago is forgotten, and then marked by nobody.
 */
export class Sayings {
  readonly #servers = new Map<number, string>();
  readonly #phones = new Set<number>();

  serverSays(value: string, hash: number, origin: () => string): void {
    if (value.length < TELLING || this.#phones.has(hash) || this.#servers.has(hash)) return;
    this.#servers.set(hash, origin());
    if (this.#servers.size > MOST) forgetFirst(this.#servers);
  }

  /** Where a server said this before the phone; null when the phone was first, or nobody knows. */
  origin(hash: number): string | null {
    return this.#servers.get(hash) ?? null;
  }

  phoneSays(value: string, hash: number): void {
    if (value.length < TELLING || this.#servers.has(hash) || this.#phones.has(hash)) return;
    this.#phones.add(hash);
    if (this.#phones.size > MOST) forgetFirst(this.#phones);
  }
}

/** Shorter values are said by everybody. */
const TELLING = 8;
const MOST = 65_536;

function forgetFirst(all: { keys(): Iterator<number>; delete(key: number): boolean }): void {
  const first = all.keys().next();
  if (first.done !== true) all.delete(first.value);
}
