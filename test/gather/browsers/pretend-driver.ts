import { createRequire } from 'node:module';
import { DOMParser } from '@xmldom/xmldom';
import type { Element } from '@xmldom/xmldom';
import { z } from 'zod';
import type { Driver, Thing, Where } from '../../../harness/gather/browsers/driver.ts';
import { Vanished } from '../../../harness/gather/browsers/driver.ts';

// The library's types are written for a browser's DOM and would bring it into the whole project.
const { select } = z
  .object({
    select: z.custom<(expression: string, from: unknown) => unknown>(
      (value) => typeof value === 'function',
    ),
  })
  .parse(createRequire(import.meta.url)('xpath'));

const PACKAGE = 'com.mi.globalbrowser.mini';

/** A browser in a few lines: enough screens for hands to walk through, and to go wrong in the ways that matter. */
export class PretendBrowser {
  screen = 'consent';
  mode = 'normal';
  enhanced = 'on';
  engine = 'Google';
  page: { url: string; title: string } | null = null;
  readonly did: string[] = [];
  /** The pages that cannot be loaded, and how often they fail. */
  readonly broken = new Map<string, number>();
  /** Where a typed URL leads instead. */
  readonly redirects = new Map<string, string>();
  /** Left out of the settings screen. */
  hideSwitch = false;
  /** Thrown by the next calls, one each. */
  readonly trouble: Error[] = [];
  #typed = '';
  #failed = false;
  #looksUntilLoaded = 0;

  driver(): Driver {
    const guarded = <T>(work: () => T): Promise<T> => {
      const trouble = this.trouble.shift();
      return trouble ? Promise.reject(trouble) : Promise.resolve().then(work);
    };
    return {
      find: (where) => guarded(() => this.#find(where)),
      activate: () =>
        guarded(() => {
          this.did.push('activate');
        }),
      scrollTo: () =>
        guarded(() => {
          this.did.push('scroll');
        }),
      terminate: () =>
        guarded(() => {
          this.did.push('terminate');
        }),
      enter: () => guarded(() => this.#enter()),
      back: () =>
        guarded(() => {
          this.did.push('back');
          this.screen =
            this.screen === 'engines'
              ? 'settings'
              : this.screen === 'settings'
                ? 'menu'
                : this.#top();
        }),
      source: () => guarded(() => this.#xml()),
      screenshot: () => guarded(() => Buffer.from('picture')),
      [Symbol.asyncDispose]: () => {
        this.did.push('session ended');
        return Promise.resolve();
      },
    };
  }

  #top(): string {
    return this.page ? 'page' : 'home';
  }

  #find(where: Where): Thing[] {
    const query =
      'xpath' in where
        ? where.xpath
        : 'id' in where
          ? `//*[@resource-id="${where.id}"]`
          : 'text' in where
            ? `//*[@text="${where.text}"]`
            : `//*[@content-desc="${where.description}"]`;
    const document = new DOMParser().parseFromString(this.#xml(), 'text/xml');
    const found = select(query, document);
    const nodes = Array.isArray(found) ? found : [];
    return nodes.flatMap((node) => this.#thing(node));
  }

  #thing(node: unknown): Thing[] {
    const attribute = (name: string): string => {
      const read = isElement(node) ? node.getAttribute(name) : null;
      return read ?? '';
    };
    const onScreen = this.screen;
    const still = <T>(value: () => T): Promise<T> =>
      onScreen === this.screen ? Promise.resolve(value()) : Promise.reject(new Vanished('gone'));
    return [
      {
        tap: () => still(() => this.#tap(attribute('do'))),
        type: (text) =>
          still(() => {
            this.#typed = text;
          }),
        text: () => still(() => (attribute('do') === 'type' ? this.#typed : attribute('text'))),
      },
    ];
  }

  #tap(what: string): void {
    if (what === '') return;
    this.did.push(what);
    const [verb, noun = ''] = what.split(' ');
    if (verb === 'go') this.screen = noun === 'top' ? this.#top() : noun;
    if (verb === 'engine') [this.engine, this.screen] = [noun, 'settings'];
    if (verb === 'switch') this.enhanced = this.enhanced === 'on' ? 'off' : 'on';
    if (verb === 'incognito') {
      this.mode = this.mode === 'normal' ? 'incognito' : 'normal';
      [this.page, this.screen] = [null, 'home'];
    }
  }

  #enter(): void {
    const url = /^https?:/.test(this.#typed)
      ? this.#typed
      : this.engine === 'Google'
        ? `https://www.google.com/search?q=${encodeURIComponent(this.#typed)}`
        : `https://duckduckgo.com/?q=${encodeURIComponent(this.#typed)}`;
    this.did.push(`load ${url}`);
    const fails = this.broken.get(url) ?? 0;
    this.broken.set(url, fails - 1);
    this.#failed = fails > 0;
    this.page = { url: this.redirects.get(url) ?? url, title: 'A title' };
    this.#looksUntilLoaded = 3;
    this.screen = 'page';
  }

  #xml(): string {
    const loading = this.screen === 'page' && this.#looksUntilLoaded-- > 0;
    const menu = node({ id: 'action_menu', desc: 'Menu', do: 'go menu' });
    const hint = (text: string): string => node({ id: 'search_hint', text, do: 'go address' });
    const page = loading
      ? node({ id: 'progress' })
      : this.#failed
        ? node({ id: 'error_title', text: 'Webpage not available' })
        : node({ id: 'title', text: this.page?.title ?? '' });
    const widget = node({
      whole: 'android:id/switch_widget',
      checkable: 'true',
      checked: String(this.enhanced === 'on'),
      do: 'switch',
    });
    const screens: Record<string, string> = {
      consent: node({ id: 'agree', text: 'Agree', do: 'go home' }),
      home: menu + hint('Search or enter web address'),
      address: node({ id: 'url', do: 'type' }),
      page: menu + hint(this.page?.url ?? '') + page,
      menu:
        node({
          text: 'Incognito mode',
          checkable: 'true',
          checked: String(this.mode === 'incognito'),
          do: 'incognito',
        }) + node({ text: 'Settings', do: 'go settings' }),
      settings:
        `<row>${title('Search engine', 'go engines')}</row>` +
        (this.hideSwitch
          ? `<row>${title('Enhanced incognito mode')}</row><row>${title('Dark mode')}${widget}</row>`
          : `<row>${title('Enhanced incognito mode')}${node({ text: 'Applies in incognito' })}${widget}</row>`),
      engines: ['Google', 'DuckDuckGo']
        .map((text) =>
          node({
            text,
            checkable: 'true',
            checked: String(text === this.engine),
            do: `engine ${text}`,
          }),
        )
        .join(''),
    };
    return `<hierarchy>${screens[this.screen] ?? ''}</hierarchy>`;
  }
}

function title(text: string, does = ''): string {
  return node({ whole: 'android:id/title', text, do: does });
}

function node(given: Record<string, string>): string {
  const { id, whole, desc, ...rest } = given;
  const all = {
    'resource-id': whole ?? (id === undefined ? '' : `${PACKAGE}:id/${id}`),
    'content-desc': desc ?? '',
    text: '',
    ...rest,
  };
  const escaped = (value: string): string =>
    value.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<node ${Object.entries(all)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(' ')}/>`;
}

function isElement(node: unknown): node is Element {
  return typeof node === 'object' && node !== null && 'getAttribute' in node;
}
