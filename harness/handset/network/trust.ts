import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeText } from '../disk.ts';
import type { Files } from '../phone/storage/files.ts';
import type { Rom } from '../roms/rom.ts';

const USER_STORE = '/data/misc/user/0/cacerts-added';

/**
 * The certificates that apps believe, as one PEM text. Apps that refuse an added CA believe what the ROM shipped;
 * the others believe what the store holds now, a tmpfs over it included, and, on some phones, what the user added.
 */
export function trusted(
  files: Files,
  { addedCa, userCa, systemStore }: Pick<Rom, 'addedCa' | 'userCa' | 'systemStore'>,
  shipped: string,
): string {
  const system = addedCa === 'refused' ? shipped : certificatesIn(files, systemStore);
  return userCa === 'trusted' ? system + certificatesIn(files, USER_STORE) : system;
}

export function certificatesIn(files: Files, folder: string): string {
  if (!files.stat(folder)?.folder) return '';
  return files
    .list(folder)
    .filter((name) => /\.\d+$/.test(name) && files.stat(`${folder}/${name}`)?.folder === false)
    .map((name) => `${files.read(`${folder}/${name}`).toString('latin1').trimEnd()}\n`)
    .join('');
}

/** Keeps trust stores as files in a folder of this machine, one for each content ever seen. */
export function storeFiles(folder: string): (certificates: string) => string {
  const written = new Set<string>();
  return (certificates) => {
    const name = createHash('sha256').update(certificates).digest('hex');
    const path = join(folder, `${name}.pem`);
    if (!written.has(name)) writeText(path, certificates);
    written.add(name);
    return path;
  };
}
