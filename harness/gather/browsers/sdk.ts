import { join } from 'node:path';
import { exists, linkTo, makeFolder, namesIn, writeProgram } from '../../record/disk.ts';
import { quote } from '../devices/adb.ts';
import { benchFault } from '../devices/faults.ts';

const ANDROID_HOME = '/usr/lib/android-sdk';
const TOOLS = 'platform-tools';

/**
 * The machine's Android SDK as Appium is to see it, in `folder`: its own, but each adb that Appium starts dies with
 * Appium, also under `kill -9`. Without that, the phone's log would be read for ever by nobody, wherever the adb
 * server outlives the run. Fault android-home-missing.
 */
export async function androidHomeIn(folder: string): Promise<string> {
  const sdk = process.env['ANDROID_HOME'] ?? process.env['ANDROID_SDK_ROOT'] ?? ANDROID_HOME;
  const adb = join(sdk, TOOLS, 'adb');
  if (!(await exists(adb))) {
    throw benchFault('android-home-missing', `there is no platform-tools/adb in ${sdk}`);
  }
  await makeFolder(join(folder, TOOLS));
  for (const name of await namesIn(sdk)) {
    if (name !== TOOLS) await linkTo(join(sdk, name), join(folder, name));
  }
  for (const name of await namesIn(join(sdk, TOOLS))) {
    if (name !== 'adb') await linkTo(join(sdk, TOOLS, name), join(folder, TOOLS, name));
  }
  const script = `#!/bin/sh\nexec setpriv --pdeathsig KILL -- ${quote(adb)} "$@"\n`;
  await writeProgram(join(folder, TOOLS, 'adb'), script);
  return folder;
}
