import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import type { Chance } from '../../lib/seed.ts';
import { seeded } from '../../lib/seed.ts';
import { hashed } from './disclose.ts';
import type { Identifier, Lives } from './rules/identifiers.ts';
import type { Lookup } from './template.ts';
import { fillText } from './template.ts';

interface Made {
  readonly value: string;
  /** Phone time, ms, from which 90 days are counted. */
  since: number;
}

const DAYS_90 = 7_776_000_000;

/**
 * What one collector calls the phone, each name as long as its rule says. The 90 days as coded are counted from the
 * last use, since the code rewrites the timestamp at every call (Mint Browser 3.4.0, mistat's DeviceIdHolder).
 */
export class Identities {
  readonly #declared: ReadonlyMap<string, Identifier>;
  readonly #chance: Chance;
  readonly #now: () => number;
  /** Draws that outlive everything: the same words give the same device. */
  readonly #hardware: readonly string[];
  readonly #made = new Map<string, Made>();
  readonly #sealed = new Map<string, { of: string; text: string }>();

  constructor(
    declared: Readonly<Record<string, Identifier>>,
    { chance, now, hardware }: { chance: Chance; now: () => number; hardware: readonly string[] },
  ) {
    this.#declared = new Map(Object.entries(declared));
    this.#chance = chance;
    this.#now = now;
    this.#hardware = hardware;
  }

  /** One name's value; `lookup` fills those that are made of what the phone is. */
  get(name: string, lookup: Lookup): string | undefined {
    const identifier = this.#declared.get(name);
    if (!identifier) return undefined;
    if (identifier.as === 'of') {
      const text = fillText(identifier.value, lookup);
      const { hash } = identifier;
      return hash ? hashed(text, hash, fillText(hash.salt, lookup)) : text;
    }
    if (identifier.as === 'sealed') return this.#seal(name, identifier, lookup);
    return this.#kept(name, identifier);
  }

  /** Goes on with the names of an older version of the same app. */
  inherit(older: Identities): void {
    for (const [name, made] of older.#made) this.#made.set(name, { ...made });
  }

  /** Whether it is only known when it is sent. */
  perRequest(name: string): boolean {
    const identifier = this.#declared.get(name);
    return identifier !== undefined && 'lives' in identifier && identifier.lives === 'request';
  }

  /** Forgets all that lives until then, and all that lives shorter. */
  end(until: 'request' | 'session' | 'install' | 'until-reset'): void {
    const order = ['request', 'session', 'install', 'until-reset'];
    for (const name of this.#made.keys()) {
      const identifier = this.#declared.get(name);
      if (!identifier || !('lives' in identifier)) continue;
      const lives = identifier.lives.startsWith('90') ? 'install' : identifier.lives;
      if (order.includes(lives) && order.indexOf(lives) <= order.indexOf(until)) {
        this.#made.delete(name);
      }
    }
  }

  #kept(name: string, identifier: Drawn): string {
    const now = this.#now();
    const made = this.#made.get(name);
    const old = identifier.lives.startsWith('90') && made && now - made.since > DAYS_90;
    if (made && !old) {
      if (identifier.lives === '90-days-as-coded') made.since = now;
      return made.value;
    }
    const chance =
      identifier.lives === 'hardware' ? seeded('hardware', ...this.#hardware, name) : this.#chance;
    const value = draw(identifier, chance);
    this.#made.set(name, { value, since: now });
    return value;
  }

  #seal(name: string, { of, publicKey }: Sealed, lookup: Lookup): string {
    const value = this.get(of, lookup) ?? '';
    const before = this.#sealed.get(name);
    if (before?.of === value) return before.text;
    const text = rsa(Buffer.from(value, 'base64'), publicKey).toString('base64');
    this.#sealed.set(name, { of: value, text });
    return text;
  }
}

type Drawn = Extract<Identifier, { lives: Lives }>;
type Sealed = Extract<Identifier, { as: 'sealed' }>;

function draw(identifier: Drawn, chance: Chance): string {
  switch (identifier.as) {
    case 'uuid':
      return uuid(chance);
    case 'hex':
      return chance.bytes(identifier.bytes).toString('hex');
    case 'key':
      return chance.bytes(identifier.bytes).toString('base64');
    case 'digits':
      return Array.from({ length: identifier.count }, () => String(chance.integer(10))).join('');
  }
}

/** A version 4 UUID: all chance but for six bits. */
function uuid(chance: Chance): string {
  const bytes = chance.bytes(16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** RSA/PKCS1 in blocks of as much as fits; `key` is base64 of a SPKI, or `nobody`. */
export function rsa(bytes: Buffer, key: string): Buffer {
  const publicKey = createPublicKey({
    key: Buffer.from(key === 'nobody' ? NOBODY : key, 'base64'),
    format: 'der',
    type: 'spki',
  });
  const most = (publicKey.asymmetricKeyDetails?.modulusLength ?? 1024) / 8 - 11;
  const blocks: Buffer[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += most) {
    blocks.push(
      publicEncrypt(
        { key: publicKey, padding: constants.RSA_PKCS1_PADDING },
        bytes.subarray(at, at + most),
      ),
    );
  }
  return Buffer.concat(blocks);
}

/** A key of 2048 bits whose private half was thrown away when it was made. */
const NOBODY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA3URDze6kdehUC3r5Yfk9yZ/xZlfNtksDk6juP273UZsN21' +
  'hGsDCK/PH4H4orWJHqoPpmw6eQk+zTcai86cQDYsgo9WIbBPN8+CS9v+yMeLt+WzQZ1+oFnEMvdKwHWjs1M/5c8uPF' +
  'NEswmDHtjVMcXbvMg4/Tin96NC2Wb/C9gyeNDk7mZkM4vxeTNcqGbahTl2J11DVcXhfis+nYpppCc6qLfLnQ87mhoN' +
  'kRe0V71uOi9wGJabjImzcVAx1od/Idj+r2A/9DUAE9fOJnm9+G7HQi/ZETbQ6nWXl0HzPdHE7u3E0O+exEJxMDlWCg' +
  'IepDbBptFH6Wkbu1chjSJ0pOgwIDAQAB';
