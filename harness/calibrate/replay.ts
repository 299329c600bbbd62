import type { Canary } from '../canary.ts';
import { searchUrl } from '../handset/ui/browser/address.ts';
import type { StimulusKind } from '../handset/phone/stimulus.ts';
import type { RomApp } from '../handset/roms/rom.ts';
import type { Scenario } from '../scenario.ts';

/** Something that the steps make happen in the browser, with what it brings; all values are texts. */
export interface Happening {
  readonly kind: StimulusKind;
  readonly values: Readonly<Record<string, string>>;
}

/**
 * What a scenario's steps make happen in a browser's app, without a phone: the steps are run with hands that only
 * write down. Page titles are the canaries that the scenario gives to its pages; an engine's page names the words.
 */
export async function happeningsOf(
  scenario: Scenario,
  app: Pick<RomApp, 'engines'>,
  canaries: readonly Canary[],
): Promise<Happening[]> {
  const happened: Happening[] = [];
  const say = (kind: StimulusKind, values: Record<string, string>): void => {
    happened.push({ kind, values });
  };
  const type = (text: string): void => {
    for (let end = 1; end <= text.length; end++) {
      say('text-typed', { text: text.slice(0, end), field: 'address' });
    }
  };
  const load = (url: string, title: string): void => {
    say('page-opened', { url });
    say('page-titled', { url, title });
    say('page-finished', { url, title });
  };
  const valueOf = (name: string | undefined): string | undefined =>
    canaries.find((one) => one.name === name)?.value;

  say('app-opened', {});
  await scenario.steps(
    {
      open: (url) => {
        type(url);
        const page = canaries.find(({ value }) => url.includes(value))?.name ?? '';
        load(url, valueOf(scenario.titles.get(page)) ?? '');
        return Promise.resolve();
      },
      search: (engine, words) => {
        type(words);
        const url = searchUrl(app.engines[engine] ?? '', words);
        say('word-searched', { words, engine, url, position: 'homepage', method: 'input' });
        load(url, words);
        return Promise.resolve();
      },
      type: (text) => {
        type(text);
        return Promise.resolve();
      },
    },
    canaries,
    () => Promise.resolve(),
  );
  say('app-closed', {});
  return happened;
}
