import type { Phone } from '../phone.ts';
import { FileError } from './files.ts';

/** What the files below are made from. */
type Made = Pick<Phone, 'files' | 'engine' | 'processes' | 'packages' | 'rom'>;

/** A file of the phone, those that the kernel makes up on the spot included. Throws a FileError. */
export function readFile(phone: Made, path: string): Buffer {
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

const MADE_UP = new Map<string, (phone: Made) => string>([
  ['/proc/net/tcp', connections],
  ['/proc/net/tcp6', (phone) => connections(phone).slice(0, HEAD.length)],
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

/** The newest Android whose shell may read who holds a connection: 9. */
const LAST_OPEN_SDK = 28;
const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

/** A line for each connection of an app, as Linux writes it; to where is not told. Later Android keeps it from the shell. */
function connections({ processes, packages, rom }: Made): string {
  if (rom.android.sdk > LAST_OPEN_SDK) throw new FileError('Permission denied');
  const lines = processes.sockets.list().map(({ port, package: name }, at) => {
    const local = `0100A8C0:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    const uid = String(packages.get(name)?.uid ?? 0).padStart(5);
    const queues = '00000000:00000000 00:00000000 00000000';
    return `${String(at).padStart(4)}: ${local} 00000000:0000 01 ${queues} ${uid}        0 ${30_000 + at} 1\n`;
  });
  return HEAD + lines.join('');
}
