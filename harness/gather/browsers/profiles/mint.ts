import type { BrowserProfile, Mark } from '../profile.ts';

const texts = (...captions: string[]): Mark[] => captions.map((text) => ({ text }));

const menu: readonly Mark[] = [{ id: 'action_menu' }, { description: 'Menu' }, { id: 'action_my' }];
const settings = texts('Settings', 'Paramètres', 'Настройки', '设置');

/**
 * Mint Browser. The ids `search_hint` and `url` are those of Xiaomi's other browsers in public automation scripts;
 * for the menu and the switch no source names any, so their captions are tried (English, French, Russian, Chinese).
 */
export const mint: BrowserProfile = {
  name: 'mint',
  label: 'Mint Browser',
  package: 'com.mi.globalbrowser.mini',
  activity: null,
  firstRun: [{ id: 'agree' }, ...texts('Agree', 'Accepter', 'Принять', '同意')],
  address: {
    box: [{ id: 'search_hint' }],
    field: [{ id: 'url' }],
  },
  page: {
    address: [{ id: 'search_hint' }],
    title: [{ id: 'title' }],
    loading: [{ id: 'progress' }],
    error: [{ id: 'error_title' }],
  },
  engine: {
    route: [
      menu,
      settings,
      texts('Search engine', 'Moteur de recherche', 'Поисковая система', '搜索引擎'),
    ],
  },
  // The switch first: incognito closes the pages and goes home, where the trial goes on.
  factors: [
    {
      name: 'enhanced incognito',
      levels: ['off', 'on'],
      since: '3.4.3',
      control: {
        kind: 'switch',
        route: [menu, settings],
        captions: [
          'Enhanced incognito mode',
          'Mode incognito amélioré',
          'Расширенный режим инкогнито',
          'Help us improve Mint Browser',
          'Help us improve Mi Browser',
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
        route: [menu],
        captions: ['Incognito mode', 'Incognito', 'Mode incognito', 'Режим инкогнито', '无痕模式'],
        checked: 'incognito',
        unchecked: 'normal',
      },
    },
  ],
};
