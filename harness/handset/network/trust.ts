import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeText } from '../disk.ts';
import type { Files } from '../phone/files.ts';

/** Where Android up to 13 keeps the certificates it believes: one PEM file each, named after its subject. */
export const SYSTEM_STORE = '/system/etc/security/cacerts';
const USER_STORE = '/data/misc/user/0/cacerts-added';

/**
 * The certificates that apps believe, as one PEM text. Apps that refuse an added CA believe what the ROM shipped;
 * the others believe what the store holds now, a tmpfs over it included, and what the user added.
 */
export function trusted(files: Files, addedCa: 'trusted' | 'refused', shipped: string): string {
  if (addedCa === 'refused') return shipped;
  return [SYSTEM_STORE, USER_STORE].map((folder) => certificatesIn(files, folder)).join('');
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
