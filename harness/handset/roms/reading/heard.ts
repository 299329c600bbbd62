import type { CollectorRules } from '../../collectors/rules/rules.ts';
import type { StimulusKind } from '../../phone/stimulus.ts';
import { STIMULI } from '../../phone/stimulus.ts';
import type { Role } from '../../ui/app.ts';
import type { Rom, RomApp, RomService } from '../rom.ts';

/** What can come to a collector's ears: what happens, and in which states of the apps that it hears. */
export interface Heard {
  readonly kinds: ReadonlySet<StimulusKind>;
  /** Every piece of state, and its values. */
  readonly states: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Of its own app a collector hears only the version that it is part of; of others, those that an update brings too. */
export function heardBy(
  rom: Pick<Rom, 'apps' | 'updates'>,
  home: RomApp | RomService,
  { hears }: Pick<CollectorRules, 'hears'>,
): Heard {
  const listed = (name: string): boolean => Array.isArray(hears) && hears.includes(name);
  const others = [...rom.apps, ...rom.updates].filter(
    ({ package: name }) => name !== home.package && (hears === 'phone' || listed(name)),
  );
  const own = 'screens' in home && (!Array.isArray(hears) || listed(home.package)) ? [home] : [];
  const kinds = new Set<StimulusKind>(FOUND_OUT);
  if (!Array.isArray(hears) || listed('android')) for (const kind of PHONE) kinds.add(kind);
  const states = new Map<string, Set<string>>();
  for (const app of [...others, ...own]) {
    for (const kind of kindsIn(app)) kinds.add(kind);
    for (const [name, { values }] of Object.entries(app.state)) {
      states.set(name, new Set([...(states.get(name) ?? []), ...values]));
    }
  }
  return { kinds, states };
}

/** What can happen in an app: it follows from what the app is for, and from what its screens tell of a finger. */
function kindsIn({ screens, roles = [] }: RomApp): StimulusKind[] {
  const told = JSON.stringify(screens);
  return [
    ...ANY_APP,
    ...(screens.browser ? BROWSER : []),
    ...roles.flatMap((role) => OWNERS.get(role) ?? []),
    ...known.filter((kind) => told.includes(`"tell":"${kind}"`)),
  ];
}

const isKind = (name: string): name is StimulusKind => Object.hasOwn(STIMULI, name);
const known = Object.keys(STIMULI).filter(isKind);

/** By the collector itself; any app may have a receiver for broadcasts, whether it has screens or not. */
const FOUND_OUT = ['idle', 'server-replied', 'asked-to-tell'] as const;
const PHONE = [
  ...(['boot', 'status-bar-opened', 'account-signed-in', 'account-signed-out'] as const),
  ...(['network-back', 'network-lost'] as const),
];
const ANY_APP = [
  ...(['app-opened', 'app-closed', 'screen-opened', 'text-typed', 'toggle-changed'] as const),
];
const BROWSER = [
  ...(['page-opened', 'page-titled', 'page-finished', 'word-searched'] as const),
  'download-started',
] as const;
/** In whose app it happens: `phone/owner/happened.ts`. */
const OWNERS: ReadonlyMap<Role, readonly StimulusKind[]> = new Map([
  ['contacts', ['contact-added', 'call-made', 'call-received']],
  ['messages', ['sms-sent', 'sms-received']],
  ['mail', ['mail-sent', 'mail-received']],
  ['camera', ['photo-taken']],
] as const);
