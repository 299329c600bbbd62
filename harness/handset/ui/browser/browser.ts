import type { Network } from '../../phone/phone.ts';
import type { StimulusKind } from '../../phone/stimulus.ts';
import { readAddress, searchUrl } from './address.ts';
import { loadPage } from './load.ts';
import type { Loaded, Visitor } from './load.ts';

/** The web page an app shows, in the words of its templates (`{page.title}` and so on). */
export interface Shown {
  readonly status: 'none' | 'loading' | 'done' | 'error';
  readonly url: string;
  readonly title: string;
  readonly text: string;
  readonly error: string;
}

/** What a browser's own code learns while it works: its collectors may report it. */
export interface BrowserEvent {
  readonly kind: Extract<
    StimulusKind,
    'page-opened' | 'page-titled' | 'page-finished' | 'word-searched' | 'download-started'
  >;
  readonly values: Readonly<Record<string, string>>;
}

/** What a browser needs of the phone. */
export interface BrowserHost {
  readonly network: Network;
  /** A real engine; without one the page is read by the handset itself. */
  readonly render?: (url: string, visitor: Visitor, signal: AbortSignal) => Promise<Loaded>;
  tell(event: BrowserEvent): void;
  /** Puts a file under Download. */
  keep(file: string, content: Buffer, url: string): void;
}

/** The built-in behaviour of an app that is a web browser: one page at a time. */
export class BrowserPage {
  readonly #visitor: Visitor;
  readonly #host: BrowserHost;
  #shown: Shown = NOTHING;
  #load: AbortController | undefined;

  constructor(visitor: Visitor, host: BrowserHost) {
    this.#visitor = visitor;
    this.#host = host;
  }

  get shown(): Shown {
    return this.#shown;
  }

  /** What was typed into the address field, and the engine for words. Settles when the page has. */
  browse(typed: string, engine: { readonly name: string; readonly url: string }): Promise<void> {
    const address = readAddress(typed);
    if (address.kind === 'page') return this.open(address.url);
    const url = searchUrl(engine.url, address.words);
    this.#host.tell({
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
    this.#host.tell({ kind: 'page-opened', values: { url } });
    const { render, network } = this.#host;
    const loading =
      render?.(url, this.#visitor, load.signal) ??
      loadPage(url, this.#visitor, network, load.signal);
    const loaded = await loading.catch((error: unknown) => {
      if (load.signal.aborted) return undefined;
      throw error;
    });
    if (loaded === undefined || load.signal.aborted) return;
    if (!loaded.ok) {
      this.#shown = { ...NOTHING, status: 'error', url: loaded.url, error: loaded.error };
      return;
    }
    if (loaded.file) {
      this.#save(loaded.url, loaded.file);
      return;
    }
    const { title, text } = loaded.page;
    this.#shown = { ...NOTHING, status: 'done', url: loaded.url, title, text };
    this.#host.tell({ kind: 'page-titled', values: { url: loaded.url, title } });
    this.#host.tell({ kind: 'page-finished', values: { url: loaded.url, title } });
  }

  /** Fetches an address to keep it; what cannot be had is not kept, and the attempt has been told. */
  async download(url: string): Promise<void> {
    this.#host.tell({ kind: 'download-started', values: downloadOf(url) });
    const { signal } = (this.#load ??= new AbortController());
    const loaded = await loadPage(url, this.#visitor, this.#host.network, signal, { whole: false });
    if (loaded.ok) this.#host.keep(downloadOf(url).file, loaded.body, url);
  }

  /** The answer was no page: it is downloaded, and the page before is gone, as in a new tab. */
  #save(url: string, content: Buffer): void {
    this.#shown = NOTHING;
    this.#host.tell({ kind: 'download-started', values: downloadOf(url) });
    this.#host.keep(downloadOf(url).file, content, url);
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

/** The last part of the address, as a name that any file system takes. */
function downloadOf(url: string): { url: string; file: string; suffix: string } {
  const path = URL.parse(url)?.pathname ?? '';
  const name = path
    .replace(/^.*\//u, '')
    .replaceAll(/[^\w.-]/gu, '_')
    .slice(0, 100);
  const file = /\w/u.test(name) ? name : 'download';
  return { url, file, suffix: /\.(\w{1,8})$/u.exec(file)?.[1] ?? '' };
}
