import type { Phone } from '../phone.ts';

/** A file of the phone, those that the kernel makes up on the spot included. Throws a FileError. */
export function readFile(phone: Pick<Phone, 'files' | 'engine'>, path: string): Buffer {
  const made = MADE_UP.get(path);
  return made ? Buffer.from(made(phone)) : phone.files.read(path);
}

export function mountTable(phone: Pick<Phone, 'files'>): string {
  const laid = phone.files.mounts().map((path) => `tmpfs ${path} tmpfs rw,seclabel,relatime 0 0\n`);
  return SHIPPED_MOUNTS + laid.join('');
}

const SHIPPED_MOUNTS =
  '/dev/block/dm-0 / ext4 ro,seclabel,relatime 0 0\n' +
  'tmpfs /dev tmpfs rw,seclabel,nosuid,relatime,mode=755 0 0\n' +
  'proc /proc proc rw,relatime,gid=3009,hidepid=2 0 0\n' +
  '/dev/block/dm-1 /data f2fs rw,seclabel,nosuid,nodev,noatime 0 0\n' +
  '/data/media /storage/emulated sdcardfs rw,nosuid,nodev,noexec,noatime 0 0\n';

const MADE_UP = new Map<string, (phone: Pick<Phone, 'files' | 'engine'>) => string>([
  ['/proc/mounts', mountTable],
  ['/proc/self/mounts', mountTable],
  [
    '/proc/net/unix',
    // A DevTools socket is there while a real engine runs; otherwise pages are drawn natively.
    ({ engine }) =>
      'Num       RefCount Protocol Flags    Type St Inode Path\n' +
      '0000000000000000: 00000002 00000000 00010000 0001 01 20000 /dev/socket/adbd\n' +
      (engine?.devtools === undefined
        ? ''
        : '0000000000000000: 00000002 00000000 00010000 0001 01 20001 @chrome_devtools_remote\n'),
  ],
]);
