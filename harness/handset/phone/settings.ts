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
  }

  /** True when there was such a key. */
  delete(namespace: Namespace, key: string): boolean {
    return this.#values[namespace].delete(key);
  }

  list(namespace: Namespace): readonly (readonly [string, string])[] {
    return [...this.#values[namespace]].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }
}
