import { networkType } from '../network/radio.ts';
import type { Settings } from './settings.ts';

/**
 * What a rule's condition may ask of the phone as a whole. All of it lives in the settings, so that a screen, the
 * shell and a profile's `settings` set it in one place, and every way of asking agrees.
 */
export interface Circumstances {
  readonly account: 'in' | 'out';
  /** The User Experience Program; absent is a state of its own (MIUI reads it as on). */
  readonly experience: '1' | '0' | 'absent';
  /** The consent to MSA, MIUI's ad service. */
  readonly msa: '1' | '0' | 'absent';
  readonly sync: 'on' | 'off';
  readonly cloud: 'on' | 'off';
  readonly cloudMessaging: 'on' | 'off';
  readonly network: 'wifi' | 'metered' | 'none';
}

/**
 * The keys. `upload_log_pref` is MIUI's own; where a phone keeps the others is not public, or no setting at all:
 * those names are invented.
 */
export const KEYS = {
  /** The id of the maker's account; absent or empty: nobody is signed in. */
  account: ['secure', 'mi_account'],
  experience: ['secure', 'upload_log_pref'],
  msa: ['secure', 'msa_consent'],
  sync: ['global', 'auto_sync'],
  cloud: ['secure', 'mi_cloud'],
  cloudMessaging: ['secure', 'cloud_messaging'],
} as const;

export function circumstancesOf(settings: Pick<Settings, 'get'>): Circumstances {
  const value = (name: keyof typeof KEYS): string | undefined => {
    const [namespace, key] = KEYS[name];
    return settings.get(namespace, key);
  };
  const consent = (name: 'experience' | 'msa'): '1' | '0' | 'absent' =>
    value(name) === undefined ? 'absent' : value(name) === '0' ? '0' : '1';
  const on = (name: keyof typeof KEYS): 'on' | 'off' => (value(name) === '1' ? 'on' : 'off');
  const type = networkType(settings);
  return {
    account: (value('account') ?? '') === '' ? 'out' : 'in',
    experience: consent('experience'),
    msa: consent('msa'),
    sync: on('sync'),
    cloud: on('cloud'),
    cloudMessaging: on('cloudMessaging'),
    network: type === 'NULL' ? 'none' : type === 'WIFI' ? 'wifi' : 'metered',
  };
}
