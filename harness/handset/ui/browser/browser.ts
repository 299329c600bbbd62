import type { Network } from '../../phone/phone.ts';
import { readAddress, searchUrl } from './address.ts';
import { loadPage } from './load.ts';
import type { Visitor } from './load.ts';

/** The web page an app shows, in the words of its templates (`{page.title}` and so on). */
export interface Shown {
  readonly status: 'none' | 'loading' | 'done' | 'error';
  readonly url: string;
  readonly title: string;
  readonly text: string;
  readonly error: string;
}

/** What a browser's own code learns while it works: its collectors may report it. */
export type BrowserEvent =
  | { readonly kind: 'page-opened'; readonly values: { readonly url: string } }
  | {
      readonly kind: 'page-finished';
      readonly values: { readonly url: string; readonly title: string };
    }
  | {
      readonly kind: 'word-searched';
      readonly values: Readonly<Record<'words' | 'engine' | 'url' | 'position' | 'method', string>>;
    };

/** The built-in behaviour of an app that is a web browser: one page at a time. */
export class BrowserPage {
  readonly #visitor: Visitor;
  readonly #network: Network;
  readonly #notify: (event: BrowserEvent) => void;
  #shown: Shown = NOTHING;
  #load: AbortController | undefined;

  constructor(visitor: Visitor, network: Network, notify: (event: BrowserEvent) => void) {
    this.#visitor = visitor;
    this.#network = network;
    this.#notify = notify;
  }

  get shown(): Shown {
    return this.#shown;
  }

  /** What was typed into the address field, and the engine for words. Settles when the page has. */
  browse(typed: string, engine: { readonly name: string; readonly url: string }): Promise<void> {
    const address = readAddress(typed);
    if (address.kind === 'page') return this.open(address.url);
    const url = searchUrl(engine.url, address.words);
    this.#notify({
      kind: 'word-searched',
      values: {
        words: address.words,
        engine: engine.name,
        url,
        position: 'homepage',
        method: 'input',
      },
    });
    return this.open(url);
  }

  /** Ends what was loading, and loads this. A load that was ended says nothing any more. */
  async open(url: string): Promise<void> {
    this.close();
    const load = new AbortController();
    this.#load = load;
    this.#shown = { ...NOTHING, status: 'loading', url };
    this.#notify({ kind: 'page-opened', values: { url } });
    const loaded = await loadPage(url, this.#visitor, this.#network, load.signal).catch(
      (error: unknown) => {
        if (load.signal.aborted) return undefined;
        throw error;
      },
    );
    if (loaded === undefined || load.signal.aborted) return;
    if (!loaded.ok) {
      this.#shown = { ...NOTHING, status: 'error', url: loaded.url, error: loaded.error };
      return;
    }
    const { title, text } = loaded.page;
    this.#shown = { ...NOTHING, status: 'done', url: loaded.url, title, text };
    this.#notify({ kind: 'page-finished', values: { url: loaded.url, title } });
  }

  reload(): Promise<void> {
    return this.#shown.status === 'none' ? Promise.resolve() : this.open(this.#shown.url);
  }

  close(): void {
    this.#load?.abort();
    this.#load = undefined;
    this.#shown = NOTHING;
  }
}

const NOTHING: Shown = { status: 'none', url: '', title: '', text: '', error: '' };
