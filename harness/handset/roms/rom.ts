import { z } from 'zod';
import { collectorSchema } from '../collectors/rules.ts';
import { appEnginesSchema, appScreensSchema, appStateSchema, ROLES } from '../ui/app.ts';

const words = z.record(z.string(), z.string());

/** An app as its file in roms/apps writes it; its collectors are named or written out. */
export const appSchema = z.strictObject({
  package: z.string().regex(/^[A-Za-z]\w*(\.\w+)+$/, 'is not an Android package name'),
  versionName: z.string().min(1),
  versionCode: z.int().positive(),
  label: z.string().min(1),
  /** `package/class`. */
  activity: z.string().regex(/^[\w.]+\/[\w.$]+$/, 'is not of the form package/class'),
  system: z.boolean().default(false),
  /** What the phone uses it for. */
  roles: z.array(z.enum(ROLES)).optional(),
  /** The folder of the home screen that its icon lies in. */
  folder: z.string().optional(),
  screens: appScreensSchema,
  state: appStateSchema,
  engines: appEnginesSchema.default({}),
  collectors: z.array(collectorSchema).default([]),
});

/** A ROM profile without its apps: everything that makes one phone differ from another is data. */
export const profileSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*$/, 'is not lower case with digits, dots and hyphens'),
  /** As reports print it. */
  label: z.string().min(1),
  /** "MIUI", "LineageOS", "AOSP" … */
  family: z.string().min(1),
  region: z.string().min(1),
  build: z.string().min(1),
  /** The UiAutomator2 driver refuses anything below 26, whatever era a profile imitates. */
  android: z.strictObject({ sdk: z.int().min(26), release: z.string().min(1) }),
  rooted: z.boolean(),
  /** Whether apps believe certificates that the ROM did not ship; follows from `rooted` unless said. */
  addedCa: z.enum(['trusted', 'refused']).optional(),
  display: z.strictObject({
    width: z.int().min(100),
    height: z.int().min(100),
    density: z.int().min(72),
  }),
  identity: z.strictObject({
    /** Survives `pm clear`, not a factory reset. */
    androidId: z.string().regex(/^[0-9a-f]{16}$/, 'is not 16 lower-case hex digits'),
    serial: z.string().min(1),
    manufacturer: z.string().min(1),
    brand: z.string().min(1),
    model: z.string().min(1),
    device: z.string().min(1),
    carrier: z.string(),
    /** BCP 47, e.g. fr-FR. */
    locale: z.string().min(2),
    timezone: z.string().min(1),
  }),
  /** Of the screens, e.g. en; the locale's unless said. */
  language: z.string().min(2).optional(),
  /** Beside those that follow from the fields above; one given here wins. */
  properties: words.default({}),
  settings: z.strictObject({
    global: words.default({}),
    secure: words.default({}),
    system: words.default({}),
  }),
});

export type RomApp = z.output<typeof appSchema>;
export type Profile = z.output<typeof profileSchema>;

/** A phone as it leaves the factory: what the reference handset is built from, and nothing it will learn. */
export interface Rom extends Profile {
  readonly addedCa: 'trusted' | 'refused';
  readonly apps: readonly RomApp[];
  /** Newer versions of some of them, which the app updater offers. */
  readonly updates: readonly RomApp[];
}

/** What follows from a profile's other fields, so that no fact stands in it twice. */
export function romOf(
  profile: Profile,
  apps: readonly RomApp[],
  updates: readonly RomApp[] = [],
): Rom {
  const { android, build, identity } = profile;
  return {
    ...profile,
    addedCa: profile.addedCa ?? (profile.rooted ? 'trusted' : 'refused'),
    properties: {
      'ro.build.version.sdk': String(android.sdk),
      'ro.build.version.release': android.release,
      'ro.build.version.incremental': build,
      'ro.product.manufacturer': identity.manufacturer,
      'ro.product.brand': identity.brand,
      'ro.product.model': identity.model,
      'ro.product.name': identity.device,
      'ro.product.device': identity.device,
      'ro.product.locale': identity.locale,
      'ro.serialno': identity.serial,
      'persist.sys.locale': identity.locale,
      'persist.sys.timezone': identity.timezone,
      'gsm.operator.alpha': identity.carrier,
      'ro.debuggable': profile.rooted ? '1' : '0',
      'ro.secure': profile.rooted ? '0' : '1',
      ...profile.properties,
    },
    settings: {
      ...profile.settings,
      secure: { android_id: identity.androidId, ...profile.settings.secure },
    },
    apps,
    updates,
  };
}
