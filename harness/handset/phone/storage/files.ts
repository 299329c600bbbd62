import { createHash } from 'node:crypto';
import type { Clock } from '../../../lib/clock.ts';
import { join, normal, split } from './path.ts';

/** Why a file could not be used, in the words of the C library, which every tool prints. */
export class FileError extends Error {}

export interface FileFacts {
  readonly folder: boolean;
  /** Type and permission bits as in `st_mode`. */
  readonly mode: number;
  readonly size: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  readonly inode: number;
  readonly owner: string;
  /** SELinux label. */
  readonly label: string;
}

/**
 * The phone's file system, in memory. A tmpfs mounted over a folder hides what is under it until it is taken
 * off: that is how a CA is added to a rooted phone. Knows nothing of rights; those are the shell's.
 */
export class Files {
  readonly #clock: Clock;
  readonly #root: Folder;
  readonly #mounts: { readonly path: string; readonly root: Folder }[] = [];
  #inodes = 100;
  #held = 0;
  #full = false;
  readonly #capacity: number;

  /** `capacity` in bytes. */
  constructor(clock: Clock, capacity = CAPACITY) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#root = this.#folder('u:object_r:rootfs:s0');
    for (const folder of AS_SHIPPED) this.mkdir(folder);
  }

  stat(path: string): FileFacts | undefined {
    const node = this.#find(path);
    return node && facts(node);
  }

  exists(path: string): boolean {
    return this.#find(path) !== undefined;
  }

  /** The content of a file. Throws a FileError when absent, a folder, or sealed. */
  read(path: string): Buffer {
    const node = this.#file(path);
    if (!Buffer.isBuffer(node.content)) throw new FileError('Permission denied');
    return node.content;
  }

  /** SHA-256 in hex; known for sealed files too. */
  sha256(path: string): string {
    const { content } = this.#file(path);
    return Buffer.isBuffer(content)
      ? createHash('sha256').update(content).digest('hex')
      : content.sha256;
  }

  /** Whether nothing more can be written, however little; what is there stays. */
  fill(full: boolean): void {
    this.#full = full;
  }

  get full(): boolean {
    return this.#full;
  }

  /** Creates or replaces a file; missing folders above it are made. `mode`: permission bits. */
  write(
    path: string,
    content: Buffer | string,
    { mode, mtime }: { mode?: number; mtime?: number } = {},
  ): void {
    this.#put(path, Buffer.from(content), {
      ...(mode !== undefined && { mode }),
      ...(mtime !== undefined && { mtime }),
    });
  }

  append(path: string, content: Buffer | string): void {
    const before = this.exists(path) ? this.read(path) : Buffer.alloc(0);
    this.write(path, Buffer.concat([before, Buffer.from(content)]));
  }

  /** A file of which only hash and size are kept: an installed APK. */
  seal(path: string, sealed: { readonly sha256: string; readonly size: number }): void {
    this.#put(path, sealed, { mode: 0o644 });
  }

  /** The names in a folder, sorted. Throws a FileError when it is absent or no folder. */
  list(path: string): readonly string[] {
    const node = this.#find(path);
    if (!node) throw new FileError('No such file or directory');
    if (node.kind !== 'folder') throw new FileError('Not a directory');
    return [...node.entries.keys()].toSorted();
  }

  /** Makes a folder and all above it; an existing one is left as it is. */
  mkdir(path: string): void {
    this.#makeFolder(split(path));
  }

  /** Removes a file or a whole folder. Throws a FileError when it is absent or a mount lies on it. */
  remove(path: string): void {
    const parts = split(path);
    const name = parts.pop();
    const folder = this.#find(join(parts));
    const gone = folder?.kind === 'folder' ? folder.entries.get(name ?? '') : undefined;
    if (name === undefined || this.#mounted(join([...parts, name])))
      throw new FileError('Device or resource busy');
    if (folder?.kind !== 'folder' || !folder.entries.delete(name))
      throw new FileError('No such file or directory');
    this.#held -= gone ? sizeHeld(gone) : 0;
  }

  /** Changes what `chmod`, `chown`, `chcon` and `touch` change. */
  change(
    path: string,
    what: { mode?: number; owner?: string; label?: string; mtime?: number },
  ): void {
    const node = this.#find(path);
    if (!node) throw new FileError('No such file or directory');
    Object.assign(node, what);
  }

  /** Lays an empty tmpfs over an existing folder. */
  mount(path: string): void {
    if (!this.stat(path)?.folder) throw new FileError('No such file or directory');
    this.#mounts.push({ path: normal(path), root: this.#folder('u:object_r:tmpfs:s0') });
  }

  /** Takes the topmost tmpfs off a folder; what it hid is there again. Throws a FileError when none is there. */
  umount(path: string): void {
    const at = this.#mounts.findLastIndex((mount) => mount.path === normal(path));
    if (at === -1) throw new FileError('Invalid argument');
    this.#mounts.splice(at, 1);
  }

  /** The folders that a tmpfs lies on, in the order of mounting. */
  mounts(): readonly string[] {
    return this.#mounts.map((mount) => mount.path);
  }

  #put(path: string, content: Content, given: { mode?: number; mtime?: number }): void {
    const parts = split(path);
    const name = parts.pop();
    const more = Buffer.isBuffer(content) ? content.length : 0;
    if (this.#full || this.#held + more > this.#capacity)
      throw new FileError('No space left on device');
    const folder = this.#makeFolder(parts);
    const before = name === undefined ? folder : folder.entries.get(name);
    if (name === undefined || before?.kind === 'folder') throw new FileError('Is a directory');
    const mtime = given.mtime ?? this.#seconds();
    const mode = given.mode ?? before?.mode ?? 0o644;
    const { owner, inode } = before ?? { owner: 'root root', inode: this.#inodes++ };
    this.#held += more - (before ? sizeHeld(before) : 0);
    folder.entries.set(name, {
      kind: 'file',
      content,
      mode,
      mtime,
      inode,
      owner,
      label: before?.label ?? folder.label,
    });
  }

  #makeFolder(parts: readonly string[]): Folder {
    let folder = this.#mounted('/') ?? this.#root;
    for (const [depth, part] of parts.entries()) {
      const path = join(parts.slice(0, depth + 1));
      const next = this.#mounted(path) ?? folder.entries.get(part) ?? this.#folder(labelOf(path));
      if (next.kind !== 'folder') throw new FileError('Not a directory');
      if (!folder.entries.has(part)) folder.entries.set(part, next);
      folder = next;
    }
    return folder;
  }

  #file(path: string): File {
    const node = this.#find(path);
    if (!node) throw new FileError('No such file or directory');
    if (node.kind === 'folder') throw new FileError('Is a directory');
    return node;
  }

  #find(path: string): File | Folder | undefined {
    let node: File | Folder = this.#mounted('/') ?? this.#root;
    const parts = split(path);
    for (const [depth, part] of parts.entries()) {
      const next: File | Folder | undefined =
        node.kind === 'folder'
          ? (this.#mounted(join(parts.slice(0, depth + 1))) ?? node.entries.get(part))
          : undefined;
      if (!next) return undefined;
      node = next;
    }
    return node;
  }

  #mounted(path: string): Folder | undefined {
    return this.#mounts.findLast((mount) => mount.path === path)?.root;
  }

  #folder(label: string): Folder {
    const [mode, mtime, inode] = [0o755, this.#seconds(), this.#inodes++];
    return { kind: 'folder', entries: new Map(), mode, mtime, inode, owner: 'root root', label };
  }

  #seconds(): number {
    return Math.floor(this.#clock.now() / 1000);
  }
}

/** What the phone's flash holds, in bytes: a host may push for ever, and this machine's memory is shared. */
const CAPACITY = 768 * 2 ** 20;

/** The bytes kept in memory for a file, or for all files of a folder. */
function sizeHeld(node: File | Folder): number {
  if (node.kind === 'file') return Buffer.isBuffer(node.content) ? node.content.length : 0;
  return [...node.entries.values()].reduce((sum, inner) => sum + sizeHeld(inner), 0);
}

const AS_SHIPPED = [
  '/data/app',
  '/data/local/tmp',
  '/proc',
  '/sdcard/Download',
  '/system/etc/security/cacerts',
];

function labelOf(path: string): string {
  if (path.startsWith('/data/local')) return 'u:object_r:shell_data_file:s0';
  if (path.startsWith('/data')) return 'u:object_r:system_data_file:s0';
  return path.startsWith('/storage') ? 'u:object_r:fuse:s0' : 'u:object_r:system_file:s0';
}

type Content = Buffer | { readonly sha256: string; readonly size: number };

interface Node {
  mode: number;
  mtime: number;
  owner: string;
  label: string;
  readonly inode: number;
}

interface File extends Node {
  readonly kind: 'file';
  readonly content: Content;
}

interface Folder extends Node {
  readonly kind: 'folder';
  readonly entries: Map<string, File | Folder>;
}

function facts(node: File | Folder): FileFacts {
  const folder = node.kind === 'folder';
  const { mtime, inode, owner, label } = node;
  const size =
    node.kind === 'folder'
      ? 4096
      : Buffer.isBuffer(node.content)
        ? node.content.length
        : node.content.size;
  return {
    folder,
    mode: node.mode | (folder ? 0o040000 : 0o100000),
    size,
    mtime,
    inode,
    owner,
    label,
  };
}
