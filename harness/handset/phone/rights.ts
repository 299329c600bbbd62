import type { Files } from './storage/files.ts';
import { normal } from './storage/path.ts';

export type User = 'shell' | 'root';

/**
 * Why `user` may not write at `path`, in the C library's words; `undefined` when it may. The system partition is
 * read-only for everybody, which is why a CA needs a tmpfs laid over its folder, and a rooted phone to do so.
 */
export function writeRefusal(files: Files, path: string, user: User): string | undefined {
  const at = normal(path);
  if (files.mounts().some((mount) => within(at, mount))) {
    return user === 'root' ? undefined : 'Permission denied';
  }
  const topLevel = !/^\/[^/]+\/./.test(at);
  if (topLevel || READ_ONLY.some((folder) => within(at, folder))) return 'Read-only file system';
  if (user === 'root' || SHELL_OWNED.some((folder) => within(at, folder))) return undefined;
  return 'Permission denied';
}

function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

const READ_ONLY = ['/system', '/vendor', '/product', '/proc', '/apex'];

const SHELL_OWNED = ['/data/local/tmp', '/storage/emulated/0'];
