import type { BrowserProfile, Mark } from '../profile.ts';

const texts = (...captions: string[]): Mark[] => captions.map((text) => ({ text }));

const profile: readonly Mark[] = [{ id: 'action_my' }, ...texts('Profile', 'Profil', 'Профиль')];
const settings = texts('Settings', 'Paramètres', 'Настройки', '设置');

/**
 * Mi Browser, as MIUI of China and older global ROMs bring it. `search_hint`, `url`, `action_my` and `action_tabs` are
 * ids of public automation scripts; where the switch of 12.1.4 is and what it is called is not public, and the press
 * of May 2020 knows two captions.
 */
export const miBrowser: BrowserProfile = {
  name: 'mi-browser',
  label: 'Mi Browser',
  package: 'com.android.browser',
  activity: null,
  firstRun: [{ id: 'agree' }, ...texts('Agree', 'Accepter', 'Принять', '同意')],
  address: { box: [{ id: 'search_hint' }], field: [{ id: 'url' }] },
  page: {
    address: [{ id: 'search_hint' }],
    title: [{ id: 'title' }],
    loading: [{ id: 'progress' }],
    error: [{ id: 'error_title' }],
  },
  engine: {
    route: [
      profile,
      settings,
      texts('Search engine', 'Moteur de recherche', 'Поисковая система', '搜索引擎'),
    ],
  },
  // The switch first: incognito closes the pages and goes home, where the trial goes on.
  factors: [
    {
      name: 'enhanced incognito',
      levels: ['off', 'on'],
      since: '12.1.4',
      control: {
        kind: 'switch',
        route: [profile, settings, texts('Security', 'Sécurité', 'Безопасность')],
        captions: [
          'Help us improve Mi Browser',
          'Aidez-nous à améliorer Mi Browser',
          'Enhanced incognito mode',
          'Mode incognito amélioré',
          'Расширенный режим инкогнито',
        ],
        checked: 'on',
        unchecked: 'off',
      },
    },
    {
      name: 'mode',
      levels: ['normal', 'incognito'],
      since: null,
      control: {
        kind: 'switch',
        route: [profile],
        captions: ['Incognito mode', 'Incognito', 'Mode incognito', 'Режим инкогнито', '无痕模式'],
        checked: 'incognito',
        unchecked: 'normal',
      },
    },
  ],
};
