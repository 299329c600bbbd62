import type { Settings } from '../phone/settings.ts';

/** The network an app would be told it is on, as the phone's radios are set; `NULL`: none at all. */
export function networkType(settings: Pick<Settings, 'get'>): 'WIFI' | '4G' | 'NULL' {
  const off = (key: string): boolean => settings.get('global', key) === '0';
  if (!off('wifi_on')) return 'WIFI';
  const airplane = settings.get('global', 'airplane_mode_on') === '1';
  return airplane || off('mobile_data') ? 'NULL' : '4G';
}
