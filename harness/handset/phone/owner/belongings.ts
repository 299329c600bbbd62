/** What the phone's owner keeps on it besides files, by the table of the content provider that holds it. */
export const TABLES = ['contacts', 'messages', 'calls', 'photos', 'mail', 'downloads'] as const;

export type Table = (typeof TABLES)[number];

/** One entry: name of a column → its text. `id` is the phone's own. */
export type Row = ReadonlyMap<string, string>;

/** The tables, whoever fills them: an app's screen, `content insert`, or somebody far away. */
export class Belongings {
  readonly #tables = new Map<Table, Row[]>();
  readonly #watchers = new Set<(table: Table, row: Row) => void>();
  /** Contacts that have no number yet, by the id of their raw contact. */
  readonly #drafts = new Map<string, Readonly<Record<string, string>>>();
  #ids = 0;

  rows(table: Table): readonly Row[] {
    return this.#tables.get(table) ?? [];
  }

  add(table: Table, columns: Readonly<Record<string, string>>): Row {
    this.#ids += 1;
    const row: Row = new Map([...Object.entries(columns), ['id', String(this.#ids)]]);
    const kept = [...this.rows(table), row].slice(-MOST_ROWS);
    this.#tables.set(table, kept);
    for (const watcher of this.#watchers) watcher(table, row);
    return row;
  }

  /** A raw contact without anything in it, as the contacts provider makes one; the id is the next number. */
  begin(): void {
    this.#ids += 1;
    this.#drafts.set(String(this.#ids), {});
    if (this.#drafts.size > MOST_ROWS) this.#drafts.clear();
  }

  /** Adds columns to a raw contact; once it has a number, it is a contact. */
  draft(id: string, columns: Readonly<Record<string, string>>): void {
    const all = { ...this.#drafts.get(id), ...columns };
    this.#drafts.set(id, all);
    if (!('number' in all)) return;
    this.#drafts.delete(id);
    this.add('contacts', all);
  }

  /** The ids of raw contacts that have no number yet, the newest last. */
  drafts(): readonly string[] {
    return [...this.#drafts.keys()];
  }

  /** How many were there. */
  remove(table: Table, gone: (row: Row) => boolean): number {
    const before = this.rows(table);
    const kept = before.filter((row) => !gone(row));
    this.#tables.set(table, kept);
    return before.length - kept.length;
  }

  /** Calls back after each entry that is new. */
  watch(watcher: (table: Table, row: Row) => void): void {
    this.#watchers.add(watcher);
  }
}

/** The oldest are forgotten: a host may insert for ever. */
const MOST_ROWS = 5000;
