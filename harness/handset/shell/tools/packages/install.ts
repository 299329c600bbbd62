import type { Answer, Call } from '../../tool.ts';
import { failed } from '../../tool.ts';
import { usbMay } from '../../../phone/faults/effects.ts';

/** `install [-r -g …] FILE`, or `-S N` and N bytes on stdin: the end of the input never comes first. */
export async function install(call: Call, args: readonly string[]): Promise<Answer> {
  const sizeAt = args.indexOf('-S');
  const size = sizeAt === -1 ? undefined : Number(args[sizeAt + 1]);
  const bytes = size === undefined ? fileOf(call, args) : await exactly(call.stdin, size);
  if (!usbMay('install', call.phone))
    return failed('Failure [INSTALL_FAILED_USER_RESTRICTED: Install canceled by user]');
  if (call.phone.files.full) return failed('Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE]');
  if (!bytes) return failed('Failure [INSTALL_FAILED_INVALID_URI]');
  // Two megabytes, for phones on which something is installed.
  const { readApk } = await import('./apk.ts');
  const apk = await readApk(bytes);
  if (!apk) return failed('Failure [INSTALL_PARSE_FAILED_NOT_APK: Failed to parse base.apk]');
  if (apk.minSdk > call.phone.rom.android.sdk) {
    return failed(`Failure [INSTALL_FAILED_OLDER_SDK: Requires newer sdk version #${apk.minSdk}]`);
  }
  const outcome = call.phone.packages.install(apk);
  if (outcome !== 'Success') return { out: `${outcome}\n`, code: 1 };
  if (args.includes('-g')) {
    for (const permission of apk.permissions)
      call.phone.packages.get(apk.package)?.granted.add(permission);
  }
  call.phone.log.write('PackageManager', `installed ${apk.package} ${apk.versionName}`);
  return 'Success\n';
}

function fileOf(call: Call, args: readonly string[]): Buffer | undefined {
  const file = args.at(-1);
  const path = file === undefined || file.startsWith('-') ? undefined : call.path(file);
  return path !== undefined && call.phone.files.stat(path)?.folder === false
    ? call.phone.files.read(path)
    : undefined;
}

const LARGEST = 512 * 2 ** 20;

async function exactly(stdin: AsyncIterable<Buffer>, size: number): Promise<Buffer | undefined> {
  if (!Number.isSafeInteger(size) || size <= 0 || size > LARGEST) return undefined;
  const chunks: Buffer[] = [];
  let held = 0;
  for await (const chunk of stdin) {
    chunks.push(chunk);
    held += chunk.length;
    if (held >= size) return Buffer.concat(chunks, size);
  }
  return undefined;
}
