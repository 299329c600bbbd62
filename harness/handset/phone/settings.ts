const NAMESPACES = ['global', 'secure', 'system'] as const;

export type Namespace = (typeof NAMESPACES)[number];

export function isNamespace(word: string | undefined): word is Namespace {
  return NAMESPACES.some((namespace) => namespace === word);
}

/**
 * What `settings get|put|delete|list` works on. The radios live here too (`wifi_on`, `mobile_data`,
 * `airplane_mode_on` in `global`), so that every way of asking about them agrees; so does `http_proxy`.
 */
export class Settings {
  readonly #values: Readonly<Record<Namespace, Map<string, string>>>;
  readonly #watchers = new Set<() => void>();

  constructor(
    initial: Readonly<Partial<Record<Namespace, Readonly<Record<string, string>>>>> = {},
  ) {
    const from = (namespace: Namespace): Map<string, string> =>
      new Map(Object.entries(initial[namespace] ?? {}));
    this.#values = { global: from('global'), secure: from('secure'), system: from('system') };
  }

  get(namespace: Namespace, key: string): string | undefined {
    return this.#values[namespace].get(key);
  }

  put(namespace: Namespace, key: string, value: string): void {
    this.#values[namespace].set(key, value);
    this.#changed();
  }

  /** True when there was such a key. */
  delete(namespace: Namespace, key: string): boolean {
    const known = this.#values[namespace].delete(key);
    if (known) this.#changed();
    return known;
  }

  list(namespace: Namespace): readonly (readonly [string, string])[] {
    return [...this.#values[namespace]].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Calls `changed` after every change, until the function that comes back is called. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  #changed(): void {
    for (const changed of this.#watchers) changed();
  }
}
