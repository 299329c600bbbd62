import type { Chance } from '../../lib/seed.ts';

/** What an app keeps in its private folder from its first start to `pm clear`: identifiers above all. */
export interface Install {
  /** The anonymous id: a UUID made at the first start, the same ever after. */
  readonly id: string;
  /** Phone time, ms. */
  readonly since: number;
  readonly memory: Map<string, string>;
}

export function freshInstall(chance: Chance, now: number): Install {
  return { id: uuid(chance), since: now, memory: new Map() };
}

/** A version 4 UUID: all chance but for six bits. */
function uuid(chance: Chance): string {
  const bytes = chance.bytes(16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
