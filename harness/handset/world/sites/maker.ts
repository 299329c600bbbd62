import {
  constants,
  createCipheriv,
  createPrivateKey,
  privateDecrypt,
  randomBytes,
} from 'node:crypto';
import type { Answer, Route } from './route.ts';

const STATISTICS = { status: 'ok', data: { delay: 0, configVersion: 1 } };

/** What the maker's servers answer; hosts by region as SDK code and block lists name them. */
export const MAKER: readonly (readonly [string, readonly Route[]])[] = [
  ...regions('data.mistat', 'xiaomi.com', ['/mistats', '/mistats/v2', '/get_all_config']).map(
    ([host, paths]) => [host, paths.map((path) => says(path, STATISTICS))] as const,
  ),
  ...regions('tracking', 'miui.com', ['/track/v4', '/track/v4/o']).map(
    ([host, paths]) =>
      [host, [exchangesKeys, ...paths.map((path) => says(path, { code: 0 }))]] as const,
  ),
  ...regions('sdkconfig.ad', 'xiaomi.com', ['/api/v4/detail/config']).map(
    ([host, paths]) => [host, paths.map((path) => orders(path))] as const,
  ),
  ['api.ad.intl.xiaomi.com', [says('/getSplashScreenAds', { ads: [] })]],
  ['api.ad.xiaomi.com', [says('/getSplashScreenAds', { ads: [] })]],
  ['api.account.xiaomi.com', [() => json({ code: 0 })]],
  ['i.mi.com', [() => json({ code: 0 })]],
  ['cn.i.mi.com', [() => json({ code: 0 })]],
];

function regions(first: string, last: string, paths: string[]): [string, string[]][] {
  return ['', '.intl', '.india', '.rus'].map((region) => [`${first}${region}.${last}`, paths]);
}

function says(path: string, body: object): Route {
  return (asked) => (asked.path === path ? json(body) : undefined);
}

/** Remote configuration: repeats what the asker is to collect, so that a profile can be told by its own request. */
function orders(path: string): Route {
  return (asked) => {
    if (asked.path !== path) return undefined;
    const collect = asked.query.get('collect');
    return json({ version: '1', ...(collect !== null && { collect }) });
  };
}

function json(body: object): Answer {
  return { status: 200, type: 'application/json', body: JSON.stringify(body) };
}

/** OneTrack: opens the device's key, and sends a session key under it (AES-ECB, PKCS5). */
function exchangesKeys({ method, path, body }: Parameters<Route>[0]): Answer | undefined {
  if (method !== 'POST' || path !== '/track/key_get') return undefined;
  const secret = new URLSearchParams(body.toString('latin1')).get('secretKey') ?? '';
  try {
    const key = createPrivateKey({
      key: Buffer.from(SERVER, 'base64'),
      format: 'der',
      type: 'pkcs8',
    });
    const padding = constants.RSA_PKCS1_PADDING;
    const device = privateDecrypt({ key, padding }, Buffer.from(secret, 'base64'));
    const cipher = createCipheriv('aes-128-ecb', device, null);
    const sealed = Buffer.concat([cipher.update(randomBytes(16)), cipher.final()]);
    return json({ code: 0, data: { key: sealed.toString('base64'), sid: 'sid-0001' } });
  } catch {
    return json({ code: -1 });
  }
}

/** The other half of the key that roms/collectors/maker/onetrack-v4.json holds: made up, and in no use elsewhere. */
const SERVER =
  'MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBALXVMexEqlS+0Y+WH8Q4QdRLrYTIsAiKgVHbtAxWtm' +
  'BtvQ+kUmnCgiQ4Y+3QM6ObKYWKLgRkosoZ7lkOps3a3Ere032dDCUkgeHNfrTEiVIs6RacT2R61YdDRkCK6PGKPha+' +
  'l9gB4YyXfndjHaVZqE3IB5VsXFQwCt5QexsLyu1zAgMBAAECgYEAraXjXkqZDAOLZ/+raJ19KHv5QvTRP+bd50nU4W' +
  '+yDdbfFeAMoFmUJXkA3azWk+jrN0+l8KYW3MD04XHflHnto6qeu4oNxtGJTqR7bG4i48XG0bx+YQBJ2RGTdd9W9SHK' +
  'JPYbjgB6tf84nR+9LZok/JSgR2aGQcXphcB7QmP+TKECQQDY9OKdRHRnItcyOyofOdaGYNcR2yktgrWRpDN/Zt0uUj' +
  'zBC2UMTMbw2ULnShJJgN5akGI+Si7EvZYnh1nCvQqjAkEA1o4rP659k6+54IIj1nM6g4VXjLYe0H34a05j3M5CchG1' +
  'VQJxEcbcKg5ixbI3dI1jJFPSn//k3YCEt4k+dLUO8QJBAKjUT/CgD5EerKWbItkv0f+6JkLv8ChJOe/+/lAbBO2B82' +
  'Mp8dVTfdB40TZZDsgCL4X8K2dbpO9WtR1Hl5MSNs8CQB/Rb5p/DwJy4fboddYcuoW8pZIphAJZXBjVxDt/nxz5gVG9' +
  'DfWb7xSRk5ZL6qtvOE+v2qF9unwazhPF16xJGZECQHpRWUKIoBiaYmML0Ez0bQH9WQ+D0AhsMghdSLySY4Qxe1m3Zh' +
  'LKnseX44KrA0865TGOIcyhKG/wJvCanuXSos4=';
