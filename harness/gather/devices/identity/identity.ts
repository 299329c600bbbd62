import type { AdbDevice } from '../adb.ts';
import { benchFault } from '../faults.ts';
import type { AppIdentity, PhoneIdentity } from '../phone.ts';

/** What the phone says it is: `getprop`, read once. */
export async function readIdentity(device: AdbDevice, rooted: boolean): Promise<PhoneIdentity> {
  const properties = propertiesOf(await device.ask(['getprop']));
  const get = (...keys: string[]): string =>
    keys.map((key) => properties.get(key) ?? '').find((value) => value !== '') ?? '';
  return {
    model: get('ro.product.model'),
    ...romOf(get),
    android: get('ro.build.version.release'),
    sdk: Number(get('ro.build.version.sdk')) || 0,
    fingerprint: get('ro.build.fingerprint'),
    rooted,
  };
}

/** What `dumpsys package` and the package's own bytes say. Fault `app-not-installed`. */
export async function readApp(device: AdbDevice, packageName: string): Promise<AppIdentity> {
  const { output } = await device.shell(['dumpsys', 'package', packageName]);
  const about = output.slice(Math.max(0, output.indexOf(`Package [${packageName}]`)));
  const versionName = /^\s*versionName=(\S+)/m.exec(about)?.[1];
  const versionCode = /^\s*versionCode=(\d+)/m.exec(about)?.[1];
  if (versionName === undefined || versionCode === undefined) {
    throw benchFault('app-not-installed', `${device.serial}: ${packageName} is not installed`);
  }
  return {
    package: packageName,
    versionName,
    versionCode: Number(versionCode),
    sha256: await readHash(device, packageName),
    // Android prints a short hash of the signing certificate here: enough to see that the signer changed.
    signer: /signatures:\[([0-9a-f]+)[\],]/.exec(about)?.[1] ?? null,
  };
}

/** MIUI's suffix letters in front of "XM": the region a build is made for. */
const MIUI_REGION = /([A-Z]{2})XM$/;
const MIUI_REGIONS: ReadonlyMap<string, string> = new Map([
  ['MI', 'global'],
  ['CN', 'cn'],
  ['EU', 'eea'],
  ['RU', 'ru'],
  ['IN', 'in'],
  ['ID', 'id'],
]);

type RomFacts = Pick<PhoneIdentity, 'romFamily' | 'romRegion' | 'romBuild'>;

function romOf(get: (...keys: string[]) => string): RomFacts {
  const build = get('ro.build.version.incremental', 'ro.build.display.id');
  if (get('ro.miui.ui.version.name', 'ro.mi.os.version.name') !== '') {
    const letters = MIUI_REGION.exec(build)?.[1] ?? '';
    return {
      romFamily: get('ro.mi.os.version.name') === '' ? 'MIUI' : 'HyperOS',
      romRegion:
        get('ro.miui.build.region') || (MIUI_REGIONS.get(letters) ?? get('ro.miui.region')),
      romBuild: build,
    };
  }
  // One build for the whole world, unless the ROM says otherwise.
  const lineage = get('ro.lineage.version');
  if (lineage !== '') return { romFamily: 'LineageOS', romRegion: 'global', romBuild: lineage };
  return { romFamily: 'AOSP', romRegion: 'global', romBuild: build };
}

/** `[key]: [value]` lines; a value may hold anything, so the phone's keys never become properties of an object. */
function propertiesOf(printed: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const line of printed.split('\n')) {
    const [, key, value] = /^\[([^\]]+)\]: \[(.*)\]\r?$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) properties.set(key, value);
  }
  return properties;
}

async function readHash(device: AdbDevice, packageName: string): Promise<string | null> {
  const { output } = await device.shell(['pm', 'path', packageName]);
  const paths = output.split('\n').flatMap((line) => /^package:(\/\S+)/.exec(line)?.[1] ?? []);
  const path = paths.find((one) => one.endsWith('/base.apk')) ?? paths[0];
  if (path === undefined) return null;
  const sum = await device.shell(['sha256sum', path], 60_000);
  return /^([0-9a-f]{64})\b/.exec(sum.output)?.[1] ?? null;
}
