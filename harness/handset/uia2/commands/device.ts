import { z } from 'zod';
import { BARS } from '../../ui/tree/layout.ts';
import { read } from '../body.ts';
import { Failure } from '../failure.ts';
import { get, post } from '../route.ts';
import type { Call, Route } from '../route.ts';

/** The phone itself: what it is, what it shows, and the driver's settings. */
export const deviceRoutes: readonly Route[] = [
  get('source', ({ screen }) => screen.source()),
  get('screenshot', async ({ screen }) => (await screen.screenshot()).toString('base64')),
  get('rotation', () => ({ x: 0, y: 0, z: 0 })),
  post('orientation', (call) => {
    const { orientation } = read(z.object({ orientation: z.string() }), call);
    if (orientation.toUpperCase() === 'PORTRAIT') return 'PORTRAIT';
    throw new Failure('unknown error', 'This phone does not turn its screen');
  }),
  get('window/:window/size', ({ screen: { display } }) => ({
    width: display.width,
    height: display.height,
  })),
  get('appium/device/info', deviceInfo),
  get('appium/device/pixel_ratio', ({ screen }) => screen.display.density / 160),
  get('appium/device/display_density', ({ screen }) => screen.display.density),
  get('appium/device/declared_orientation', () => 'PORTRAIT'),
  get('appium/device/system_bars', ({ screen }) => ({
    statusBar: Math.round((BARS.top * screen.display.density) / 160),
  })),
  get('appium/device/battery_info', ({ phone }) => {
    const low = phone.faults.is('battery-low');
    return low ? { level: low.level / 100, status: 3 } : { level: 0.97, status: 5 };
  }),
  post('appium/device/open_notifications', ({ screen }) => {
    screen.shade(true);
    return null;
  }),
  post('appium/device/get_clipboard', ({ screen }) =>
    Buffer.from(screen.clipboard.text).toString('base64'),
  ),
  post('appium/device/set_clipboard', (call) => {
    const { content } = read(z.object({ content: z.base64().max(2 ** 20) }), call);
    call.screen.clipboard.text = Buffer.from(content, 'base64').toString('utf8');
    return null;
  }),
  get('appium/settings', ({ session }) => Object.fromEntries(session.settings)),
  post('appium/settings', (call) => {
    const { settings } = read(z.object({ settings: z.record(z.string(), z.unknown()) }), call);
    for (const [name, value] of Object.entries(settings)) call.session.settings.set(name, value);
    return null;
  }),
  post('appium/reset_ax_cache', () => null),
];

function deviceInfo({ phone: { rom, properties, settings } }: Call): Record<string, unknown> {
  const property = (name: string): string => properties.get(name) ?? '';
  const wifi = settings.get('global', 'wifi_on') === '1';
  return {
    androidId: settings.get('secure', 'android_id') ?? '',
    manufacturer: property('ro.product.manufacturer'),
    model: property('ro.product.model'),
    brand: property('ro.product.brand'),
    apiVersion: String(rom.android.sdk),
    platformVersion: rom.android.release,
    carrierName: property('gsm.operator.alpha'),
    realDisplaySize: `${String(rom.display.width)}x${String(rom.display.height)}`,
    displayDensity: rom.display.density,
    networks: wifi ? [{ type: 1, typeName: 'WIFI', isConnected: true, isAvailable: true }] : [],
    locale: property('persist.sys.locale').replace('-', '_'),
    timeZone: property('persist.sys.timezone'),
    bluetooth: { state: 'OFF' },
  };
}
