import type { Settings } from '../phone/settings.ts';
import { networkType } from './radio.ts';

/** Where an app's traffic goes: to a port of the phone itself, through the air (null), or nowhere, in Chromium's words. */
export type Way = { readonly port: number | null } | { readonly error: string };

/**
 * A reference handset has no way out but its adb reverse rule, which the global proxy setting points to
 * (`127.0.0.1:PORT`), unless it is in a network of its own, the `air`. `:0` and no setting mean no proxy, and so, without
 * air, no network; another host cannot be reached.
 */
export function wayOut(settings: Pick<Settings, 'get'>, air: boolean): Way {
  const proxy = settings.get('global', 'http_proxy') ?? '';
  if (networkType(settings) === 'NULL') return { error: 'net::ERR_INTERNET_DISCONNECTED' };
  if (proxy === '' || proxy === ':0' || proxy === 'null') {
    return air ? { port: null } : { error: 'net::ERR_INTERNET_DISCONNECTED' };
  }
  const port = Number(/^127\.0\.0\.1:(\d{1,5})$/.exec(proxy)?.[1]);
  return port > 0 && port < 65_536 ? { port } : { error: 'net::ERR_PROXY_CONNECTION_FAILED' };
}
