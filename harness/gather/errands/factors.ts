/** A factor of the phone around the browser: where it is seen and switched, in the words on the screen. */
export interface PhoneFactor {
  readonly name: string;
  readonly levels: readonly string[];
  /** The ROM families that have it; null: all of them. */
  readonly family: string | null;
  /**
   * Whether it may be set on a phone: the place where a phone keeps it is known, so that it can be put back. The others
   * are set on reference handsets only.
   */
  readonly onPhones: boolean;
  readonly control: SettingSwitch | AccountScreens | ReplyControl | Together;
}

/** A switch in the settings, with the setting behind it. `ways`: level → what is done with a switch never touched. */
export interface SettingSwitch {
  readonly kind: 'switch';
  readonly setting: readonly [namespace: 'global' | 'secure', key: string];
  /** Words for `am start`. */
  readonly screen: readonly string[];
  /** Whose screen it is. */
  readonly package: string;
  readonly captions: readonly string[];
  readonly ways: Readonly<Record<string, Way>>;
}

interface Way {
  /** Forgotten first, as on a phone that was never asked. */
  readonly anew?: true;
  /** Positions it is put in, one after the other. */
  readonly through: readonly ('on' | 'off')[];
  /** What the setting then says, where the screen cannot tell; null: nothing. */
  readonly says?: string | null;
  /** Switched on in the middle of the follow-up window. */
  readonly later?: 'on';
}

/** Signs a test account in and out. */
export interface AccountScreens {
  readonly kind: 'account';
  readonly setting: readonly ['secure', string];
  readonly package: string;
}

/** The tap answers in place of servers. */
export interface ReplyControl {
  readonly kind: 'replies';
}

/** Several factors that only do something together: level → the level of each. */
export interface Together {
  readonly kind: 'together';
  readonly ways: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const onOff = { off: { through: ['off'] }, on: { through: ['on'] } } as const;

const cloud = {
  screen: ['-n', 'com.miui.cloudservice/.ui.MiCloudMainActivity'],
  package: 'com.miui.cloudservice',
} as const;

/**
 * `upload_log_pref` is MIUI's own key, and a phone without it counts as one that agreed (decompiled OneTrack). For the
 * account, sync and cloud no public source names one.
 */
export const PHONE_FACTORS: readonly PhoneFactor[] = [
  {
    name: 'Mi Account',
    levels: ['signed out', 'signed in'],
    family: 'MIUI',
    onPhones: false,
    control: { kind: 'account', setting: ['secure', 'mi_account'], package: 'com.xiaomi.account' },
  },
  {
    name: 'User Experience Program',
    levels: ['not yet asked', 'refused', 'accepted', 'withdrawn'],
    family: 'MIUI',
    onPhones: true,
    control: {
      kind: 'switch',
      setting: ['secure', 'upload_log_pref'],
      screen: ['-a', 'android.settings.PRIVACY_SETTINGS'],
      package: 'com.android.settings',
      captions: ['User Experience Program', 'Programme d’expérience utilisateur'],
      ways: {
        'not yet asked': { anew: true, through: [], says: null },
        refused: { anew: true, through: ['off'], says: '0' },
        accepted: { anew: true, through: ['off', 'on'], says: '1' },
        withdrawn: { anew: true, through: ['off', 'on', 'off'], says: '0' },
      },
    },
  },
  {
    name: 'sync',
    levels: ['off', 'on'],
    family: 'MIUI',
    onPhones: false,
    control: {
      kind: 'switch',
      setting: ['global', 'auto_sync'],
      screen: ['-a', 'android.settings.SYNC_SETTINGS'],
      package: 'com.android.settings',
      captions: ['Auto-sync data'],
      ways: onOff,
    },
  },
  {
    name: 'Mi Cloud',
    levels: ['off', 'on'],
    family: 'MIUI',
    onPhones: false,
    control: {
      kind: 'switch',
      setting: ['secure', 'mi_cloud'],
      captions: ['Mi Cloud'],
      ways: onOff,
      ...cloud,
    },
  },
  {
    name: 'Cloud Messaging',
    levels: ['off', 'on'],
    family: 'MIUI',
    onPhones: false,
    control: {
      kind: 'switch',
      setting: ['secure', 'cloud_messaging'],
      captions: ['Cloud Messaging'],
      ways: onOff,
      ...cloud,
    },
  },
  {
    name: 'history sync',
    levels: ['off', 'on'],
    family: 'MIUI',
    onPhones: false,
    control: {
      kind: 'together',
      ways: {
        off: { 'Mi Account': 'signed in', sync: 'off', 'Mi Cloud': 'off' },
        on: { 'Mi Account': 'signed in', sync: 'on', 'Mi Cloud': 'on' },
      },
    },
  },
  {
    name: 'Wi-Fi',
    levels: ['on', 'off', 'off, then on'],
    family: null,
    onPhones: true,
    control: {
      kind: 'switch',
      setting: ['global', 'wifi_on'],
      screen: ['-a', 'android.settings.WIRELESS_SETTINGS'],
      package: 'com.android.settings',
      captions: ['Wi-Fi', 'WLAN'],
      ways: { ...onOff, 'off, then on': { through: ['off'], later: 'on' } },
    },
  },
  {
    name: "servers' replies",
    levels: ['as sent', 'withheld'],
    family: null,
    onPhones: true,
    control: { kind: 'replies' },
  },
];

/** What a device has of the factors that a scenario asks for; a sentence for each that it has not. */
export function phoneFactorsOf(
  device: { readonly label: string; readonly family: string; readonly kind: 'handset' | 'phone' },
  asked: ReadonlyMap<string, readonly string[]>,
): {
  readonly levels: ReadonlyMap<string, readonly string[]>;
  readonly dropped: readonly string[];
  /** Those that are the phone's and not the browser's, whether it has them or not. */
  readonly names: ReadonlySet<string>;
} {
  const levels = new Map<string, readonly string[]>();
  const dropped: string[] = [];
  const names = new Set<string>();
  for (const [name, wanted] of asked) {
    const factor = PHONE_FACTORS.find((one) => one.name === name);
    if (!factor) continue;
    names.add(name);
    const strangers = wanted.filter((level) => !factor.levels.includes(level));
    if (factor.family !== null && factor.family !== device.family) {
      dropped.push(`${device.label} has no "${name}": it is no ${factor.family}.`);
    } else if (device.kind === 'phone' && !factor.onPhones) {
      dropped.push(
        `"${name}" is set on reference handsets only: where a phone keeps it is not known, so it could not be put back.`,
      );
    } else {
      levels.set(
        name,
        wanted.filter((level) => !strangers.includes(level)),
      );
      for (const level of strangers) dropped.push(`"${name}" has no level "${level}".`);
    }
  }
  return { levels, dropped, names };
}
