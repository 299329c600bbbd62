import type { Canary } from '../canary.ts';
import type { StimulusKind } from '../handset/phone/stimulus.ts';
import type { RomApp } from '../handset/roms/rom.ts';
import { searchUrl } from '../handset/ui/browser/address.ts';
import type { Scenario } from '../scenario.ts';

/** Something that the steps make happen, with what it brings; all values are texts. */
export interface Happening {
  readonly kind: StimulusKind;
  readonly values: Readonly<Record<string, string>>;
  /** Where it happens: in the browser's app, or somewhere else on the phone. */
  readonly in: 'browser' | 'elsewhere';
  /** Settings that the steps have changed until then, by "namespace.key". */
  readonly settings: ReadonlyMap<string, string>;
}

/**
 * What a scenario's steps make happen on a phone, without one: the steps are run with hands that only write down. Page
 * titles are the canaries that the scenario gives to its pages; an engine's page names the words.
 */
export async function happeningsOf(
  scenario: Scenario,
  app: Pick<RomApp, 'engines'>,
  canaries: readonly Canary[],
): Promise<Happening[]> {
  const happened: Happening[] = [];
  const settings = new Map<string, string>();
  const say = (
    kind: StimulusKind,
    values: Record<string, string>,
    where: Happening['in'] = 'browser',
  ): void => {
    happened.push({ kind, values, in: where, settings: new Map(settings) });
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
  const named = (name: string | undefined): string | undefined =>
    canaries.find((one) => one.name === name)?.value;

  say('app-opened', {});
  await scenario.steps(
    {
      open: (url) => {
        type(url);
        const page = canaries.find(({ value }) => url.includes(value))?.name ?? '';
        load(url, named(scenario.titles.get(page)) ?? '');
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
      restart: () => {
        say('app-closed', {});
        say('app-opened', {});
        return Promise.resolve();
      },
    },
    canaries,
    (deed) => {
      const elsewhere = (kind: StimulusKind, values: Record<string, string>): void => {
        say(kind, values, 'elsewhere');
      };
      if (deed.do === 'take photo') {
        const taken = canaries.find(({ value }) => value === deed.photo)?.name ?? '';
        const comment = named(scenario.captions.get(taken)) ?? '';
        const path = `/storage/emulated/0/DCIM/Camera/${deed.file}`;
        elsewhere('photo-taken', { name: deed.file, path, comment, content: deed.photo });
      } else if (deed.do === 'receive SMS') {
        elsewhere('sms-received', { number: deed.from, text: deed.text });
      } else if (deed.do === 'send SMS') {
        elsewhere('sms-sent', { number: deed.to, text: deed.text });
      } else if (deed.do === 'receive mail') {
        const { from, subject, text } = deed;
        elsewhere('mail-received', { address: from, subject, text });
      } else if (deed.do === 'send mail') {
        elsewhere('mail-sent', { address: deed.to, subject: deed.subject, text: deed.text });
      } else if (deed.do === 'set Android id') {
        settings.set('secure.android_id', deed.id);
      } else if (deed.do === 'add contact') {
        elsewhere('contact-added', { name: deed.name, number: deed.number });
      } else if (deed.do === 'open folder') {
        elsewhere('folder-opened', { folder: `/storage/emulated/0/${deed.name}` });
      } else if (deed.do === 'open status bar') elsewhere('status-bar-opened', {});
      else if (deed.do === 'open settings') elsewhere('screen-opened', { screen: deed.screen });
      else if (deed.do === 'reboot') {
        elsewhere('boot', {});
        say('app-opened', {});
      }
      return Promise.resolve();
    },
  );
  say('app-closed', {});
  return happened;
}
