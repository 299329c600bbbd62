import { run } from '../../../lib/children.ts';
import type { UndoJournal } from '../../undo.ts';
import type { AdbDevice } from '../adb.ts';
import { benchFault } from '../faults.ts';
import type { Root } from './root.ts';

const STORE = '/system/etc/security/cacerts';
const PUSHED = '/data/local/tmp/leaklab-ca.pem';
const COPIES = '/data/local/tmp/leaklab-cacerts';

/** From Android 14 on apps read another store, which every app's process sees through a mount of its own. */
const LAST_SDK = 33;

/**
 * Lays a tmpfs over the system's certificates with the old ones and ours in it: the way of Android 13 and older.
 * `false` on Android 14 and newer, where the phone stays one that we can only watch from outside. Nothing on the
 * phone's flash changes, and a restart undoes it.
 */
export async function addSystemCa(
  caPem: string,
  {
    device,
    root,
    journal,
    sdk,
  }: { device: AdbDevice; root: Root; journal: UndoJournal; sdk: number },
): Promise<boolean> {
  if (sdk > LAST_SDK) return false;
  const file = `${await subjectHash(caPem)}.0`;
  // Named one by one: no phone's shell need expand anything.
  const old = (await device.ask(['ls', STORE]))
    .split(/\s+/)
    .filter((name) => CERTIFICATE.test(name));

  await journal.note({ kind: 'file', path: PUSHED });
  await device.push(Buffer.from(caPem), PUSHED, 0o644);
  await journal.note({ kind: 'ca-mount', folder: STORE, file });
  const all = [...old, file].map((name) => `${STORE}/${name}`);
  await root(
    [
      `rm -rf ${COPIES}`,
      `mkdir -p ${COPIES}`,
      ...chunks(old).map((names) => `cp ${under(STORE, names)} ${COPIES}`),
      `mount -t tmpfs tmpfs ${STORE}`,
      `chmod 755 ${STORE}`,
      ...chunks(old).map((names) => `cp ${under(COPIES, names)} ${STORE}`),
      `cp ${PUSHED} ${STORE}/${file}`,
      ...chunks(all).map((paths) => `chmod 644 ${paths.join(' ')}`),
      ...chunks([STORE, ...all]).map((paths) => `chcon ${LABEL} ${paths.join(' ')}`),
      `rm -rf ${COPIES}`,
    ].join(' && '),
  );
  await readBack(device, file, caPem, old.length + 1);
  return true;
}

/** Whether the phone still has it: a restart takes it away. */
export async function hasSystemCa(caPem: string, device: AdbDevice): Promise<boolean> {
  const path = `${STORE}/${await subjectHash(caPem)}.0`;
  return (await device.shell(['[', '-e', path, ']'])).code === 0;
}

/** What Android lets every app read. */
const LABEL = 'u:object_r:system_file:s0';
const CERTIFICATE = /^[0-9a-f]{8}\.\d+$/;

/** The name under which Android looks a certificate up. */
async function subjectHash(pem: string): Promise<string> {
  const args = ['x509', '-noout', '-subject_hash_old'];
  const { code, stdout, stderr } = await run('openssl', args, { input: Buffer.from(pem) });
  const hash = stdout.toString('latin1').trim();
  if (code === 0 && /^[0-9a-f]{8}$/.test(hash)) return hash;
  throw new Error(`openssl cannot name our CA: ${stderr.trim()}`);
}

async function readBack(
  device: AdbDevice,
  file: string,
  caPem: string,
  count: number,
): Promise<void> {
  const shown = await device.ask(['cat', `${STORE}/${file}`]);
  const names = (await device.ask(['ls', STORE])).split(/\s+/);
  if (shown.replaceAll('\r', '') === caPem.trim() && names.length === count) return;
  throw benchFault(
    'phone-refused',
    `${device.serial}: the system store shows ${names.length} certificates instead of ${count}, or ours is damaged`,
  );
}

function under(folder: string, names: readonly string[]): string {
  return names.map((name) => `${folder}/${name}`).join(' ');
}

/** A command line has its limits, and a phone some 140 certificates. */
function chunks<T>(items: readonly T[], size = 40): T[][] {
  return items.length === 0 ? [] : [[...items.slice(0, size)], ...chunks(items.slice(size), size)];
}
