import { z } from 'zod';
import { scheduledFaultSchema } from '../phone/faults/fault.ts';
import { collectorSchema } from '../collectors/rules/rules.ts';
import { channelSchema } from '../collectors/rules/channel.ts';
import { appEnginesSchema, appScreensSchema, appStateSchema, ROLES } from '../ui/app.ts';

const SYSTEM_STORE = '/system/etc/security/cacerts';
/** Since Android 14 the certificates come with Conscrypt's module. */
const APEX_STORE = '/apex/com.android.conscrypt/cacerts';

const words = z.record(z.string(), z.string());

/** An app as its file in roms/apps writes it; its collectors are named or written out. */
export const appSchema = z.strictObject({
  $schema: z.string().optional(),
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

/** A part of the system without a screen: it reports, and that is all one sees of it. */
export const serviceSchema = appSchema
  .pick({
    $schema: true,
    package: true,
    versionName: true,
    versionCode: true,
    label: true,
    collectors: true,
  })
  .strict();

/** A ROM profile without its apps and services: everything that makes one phone differ from another is data. */
export const profileSchema = z.strictObject({
  $schema: z.string().optional(),
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
  /** Not rooted: no settings writes, no mounts, and only what travels in clear can be read of it. */
  rooted: z.boolean(),
  /** Whether apps believe what was added to the system's store; follows from `rooted` unless said. */
  addedCa: z.enum(['trusted', 'refused']).optional(),
  /** Whether apps believe what the user added; no app since Android 7 does unless it says so itself. */
  userCa: z.enum(['trusted', 'refused']).default('refused'),
  /** Where the system's certificates are; follows from the Android version unless said. */
  systemStore: z.string().startsWith('/').optional(),
  /** Whether the shell can read which app a connection belongs to; follows from `rooted` and Android unless said. */
  uids: z.enum(['readable', 'hidden']).optional(),
  display: z.strictObject({
    width: z.int().min(100),
    height: z.int().min(100),
    density: z.int().min(72),
  }),
  identity: z.strictObject({
    /** Survives `pm clear`, not a factory reset. */
    androidId: z.string().regex(/^[0-9a-f]{16}$/, 'is not 16 lower-case hex digits'),
    serial: z.string().min(1),
    imei: z
      .string()
      .regex(/^\d{14,16}$/, 'is not 14 to 16 digits')
      .default('860000000000000'),
    imsi: z
      .string()
      .regex(/^\d{14,15}$/, 'is not 14 or 15 digits')
      .default('001010000000000'),
    phoneNumber: z.string().default('+10000000000'),
    /** The advertising id: of Google's services on global ROMs, MIUI's own (OAID) in China. */
    advertisingId: z.string().default('00000000-0000-4000-8000-000000000000'),
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
  /** What renders pages: the handset's own reader, or a headless Chromium of this machine. */
  engine: z.enum(['own', 'chromium']).default('own'),
  /** What goes wrong with the phone, and when. */
  faults: z.array(scheduledFaultSchema).default([]),
});

export type RomApp = z.output<typeof appSchema>;
export type RomService = z.output<typeof serviceSchema>;
export type Profile = z.output<typeof profileSchema>;

/** A phone as it leaves the factory: what the reference handset is built from, and nothing it will learn. */
export interface Rom extends Profile {
  readonly addedCa: 'trusted' | 'refused';
  readonly systemStore: string;
  readonly uids: 'readable' | 'hidden';
  readonly apps: readonly RomApp[];
  /** Newer versions of some of them, which the app updater offers. */
  readonly updates: readonly RomApp[];
  readonly services: readonly RomService[];
}

/** What follows from a profile's other fields, so that no fact stands in it twice. */
export function romOf(
  profile: Profile,
  apps: readonly RomApp[],
  updates: readonly RomApp[] = [],
  services: readonly RomService[] = [],
): Rom {
  const { android, build, identity } = profile;
  return {
    ...profile,
    addedCa: profile.addedCa ?? (profile.rooted ? 'trusted' : 'refused'),
    systemStore: profile.systemStore ?? (android.sdk >= 34 ? APEX_STORE : SYSTEM_STORE),
    // From Android 10 on /proc/net is closed to all but root.
    uids: profile.uids ?? (profile.rooted || android.sdk < 29 ? 'readable' : 'hidden'),
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
      secure: {
        android_id: identity.androidId,
        // As sold, a host may neither inject events nor install, until the owner says so.
        ...(!profile.rooted && { adb_input: '0', adb_install: '0' }),
        ...profile.settings.secure,
      },
    },
    apps,
    updates,
    services,
  };
}

const named = z.string().describe('the name of a shipped one, or a path beside this file');

/** What editors complete: the JSON Schemas that roms/schema/ holds, by file name. */
export function romJsonSchemas(): Readonly<Record<string, unknown>> {
  const channels = z.record(z.string(), channelSchema.partial()).optional();
  const collector = collectorSchema.partial().extend({ like: named.optional(), channels });
  const own = { collectors: z.array(z.union([named, collector])) };
  const service = serviceSchema.extend(own);
  // An app's screens are written in shared pieces, which no schema can look into.
  const app = z.looseObject({ like: named.optional(), package: z.string(), ...own }).partial();
  const { android, display, identity } = profileSchema.shape;
  const rom = profileSchema.partial().extend({
    like: named.optional(),
    // Of what it takes over, a profile says only what differs.
    android: android.partial().optional(),
    display: display.partial().optional(),
    identity: identity.partial().optional(),
    apps: z.array(z.union([named, app])).optional(),
    updates: z.array(z.union([named, app])).optional(),
    services: z.array(z.union([named, service])).optional(),
  });
  const all = { collector, service, rom };
  return Object.fromEntries(
    Object.entries(all).map(([name, schema]) => [
      name,
      z.toJSONSchema(schema, { io: 'input', reused: 'ref' }),
    ]),
  );
}
