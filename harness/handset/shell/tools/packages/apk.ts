import { createHash } from 'node:crypto';
import ApkReader from '@devicefarmer/adbkit-apkreader';
import { z } from 'zod';
import { fullClass } from '../../../phone/programs/packages.ts';
import type { Apk } from '../../../phone/programs/packages.ts';
import { signerOf } from './signer.ts';

/** Reads what `pm install` needs from an APK; `undefined` when it is none. The door to the APK reader. */
export async function readApk(bytes: Buffer): Promise<Apk | undefined> {
  let manifest: unknown;
  try {
    manifest = await (await ApkReader.open(bytes)).readManifest();
  } catch {
    return undefined;
  }
  const parsed = manifestSchema.safeParse(manifest);
  if (!parsed.success) return undefined;
  const { package: name, usesSdk, usesPermissions, application, instrumentation } = parsed.data;
  const [launcher] = application.launcherActivities;
  return {
    package: name,
    versionName: String(parsed.data.versionName ?? parsed.data.versionCode),
    versionCode: parsed.data.versionCode,
    activity: launcher ? fullClass(name, launcher.name) : null,
    signer: signerOf(bytes),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    minSdk: usesSdk?.minSdkVersion ?? 1,
    targetSdk: usesSdk?.targetSdkVersion ?? 1,
    permissions: usesPermissions.map((permission) => permission.name),
    instrumentation: instrumentation && {
      runner: instrumentation.name,
      target: instrumentation.targetPackage,
    },
  };
}

const named = z.object({ name: z.string() });

const manifestSchema = z.object({
  package: z.string().regex(/^[A-Za-z]\w*(\.\w+)+$/),
  versionName: z.union([z.string(), z.number()]).nullish(),
  versionCode: z.number().default(1),
  usesSdk: z
    .object({ minSdkVersion: z.number().optional(), targetSdkVersion: z.number().optional() })
    .nullable(),
  usesPermissions: z.array(named),
  application: z.object({ launcherActivities: z.array(named).default([]) }),
  instrumentation: z.object({ name: z.string(), targetPackage: z.string() }).nullable(),
});
