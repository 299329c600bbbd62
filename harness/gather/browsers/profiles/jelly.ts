import type { BrowserProfile, Mark } from '../profile.ts';

const menu: readonly Mark[] = [{ id: 'search_menu' }, { description: 'More options' }];

/** LineageOS's browser, up to version 17. Its ids are in the style of its package and were not read off a phone. */
export const jelly: BrowserProfile = {
  name: 'jelly',
  label: 'Jelly',
  package: 'org.lineageos.jelly',
  activity: null,
  firstRun: [],
  address: { box: [{ id: 'url_bar' }], field: [{ id: 'url_bar' }] },
  page: {
    address: [{ id: 'url_bar' }],
    title: [{ id: 'web_view' }],
    loading: [{ id: 'load_progress' }],
    error: [{ id: 'error_title' }],
  },
  engine: {
    route: [
      menu,
      [{ text: 'Settings' }, { text: 'Paramètres' }],
      [{ text: 'Search engine' }, { text: 'Moteur de recherche' }],
    ],
  },
  factors: [
    {
      name: 'mode',
      levels: ['normal', 'incognito'],
      since: null,
      control: {
        kind: 'rows',
        route: [menu],
        rows: new Map<string, readonly Mark[]>([
          ['normal', [{ text: 'New tab' }, { text: 'Nouvel onglet' }]],
          ['incognito', [{ text: 'New incognito tab' }, { text: 'New private tab' }]],
        ]),
        sign: [{ id: 'incognito' }],
        shown: 'incognito',
        hidden: 'normal',
      },
    },
  ],
};
