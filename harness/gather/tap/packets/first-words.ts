import { Readable } from 'node:stream';
import {
  calculateJa4,
  CIPHER_SUITES,
  getExtensionData,
  isGREASE,
  readTlsClientHello,
  TLS_VERSIONS,
} from 'read-tls-client-hello';
import { connectTarget } from '../way/head.ts';

/** What a conversation says about itself before it is encrypted. */
export interface FirstWords {
  /** Where a CONNECT or SOCKS head leads; null where there is none. */
  readonly target: { readonly host: string; readonly port: number } | null;
  /** The TLS ClientHello behind that; null where none was seen whole. */
  readonly hello: Hello | null;
  /** Nothing follows the proxy's head. */
  readonly silent: boolean;
}

export interface Hello {
  readonly sni: string | null;
  readonly alpn: readonly string[];
  /** Fingerprint of the client's TLS library: FoxIO's JA4, as computed by read-tls-client-hello. */
  readonly ja4: string;
  /** The highest version that it names, as the wire has it: 0x0303 is TLS 1.2. */
  readonly offered: number;
}

/** "TLS 1.2"; the number where nobody has named it. */
export function versionName(version: number): string {
  return TLS_VERSIONS[version] ?? `version ${hex(version)}`;
}

/** "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", by IANA's registry as the library has it. */
export function cipherName(suite: number): string {
  return CIPHER_SUITES[suite] ?? `suite ${hex(suite)}`;
}

function hex(number: number): string {
  return `0x${number.toString(16).padStart(4, '0')}`;
}

/** Reads the first bytes that a client sent. Never throws; what is not understood is left out. */
export async function firstWords(head: Buffer): Promise<FirstWords> {
  const found = proxyHead(head);
  const rest = found === null ? head : head.subarray(found.end);
  return {
    target: found === null ? null : { host: found.host, port: found.port },
    hello: rest[0] === 0x16 && rest[1] === 3 ? await helloOf(rest) : null,
    silent: rest.length === 0,
  };
}

interface ProxyHead {
  readonly host: string;
  readonly port: number;
  readonly end: number;
}

function proxyHead(head: Buffer): ProxyHead | null {
  if (head[0] === 4) return socks4(head);
  if (head[0] === 5) return socks5(head);
  const target = connectTarget(head);
  return target === 'other' ? null : target;
}

/** SOCKS 4: port, address, user, and for 4a (address 0.0.0.x) a name. */
function socks4(head: Buffer): ProxyHead | null {
  if (head.length < 9 || head[1] !== 1) return null;
  const port = head.readUInt16BE(2);
  const user = head.indexOf(0, 8);
  if (user < 0) return null;
  const named = head.readUInt32BE(4) >>> 8 === 0;
  const name = named ? head.indexOf(0, user + 1) : user;
  if (name < 0) return null;
  const host = named
    ? head.toString('latin1', user + 1, name).toLowerCase()
    : [...head.subarray(4, 8)].join('.');
  return { host, port, end: name + 1 };
}

/** SOCKS 5: the greeting, then the request; a password in between is left alone. */
function socks5(head: Buffer): ProxyHead | null {
  const at = 2 + (head[1] ?? 0);
  if (head.length < at + 7 || head[at] !== 5 || head[at + 1] !== 1) return null;
  const kind = head[at + 3];
  const from = at + 4;
  const size = kind === 1 ? 4 : kind === 4 ? 16 : kind === 3 ? 1 + (head[from] ?? 0) : -1;
  if (size < 0 || head.length < from + size + 2) return null;
  const address = head.subarray(from, from + size);
  const host =
    kind === 3
      ? address.toString('latin1', 1).toLowerCase()
      : kind === 1
        ? [...address].join('.')
        : address.toString('hex').replace(/(.{4})(?=.)/g, '$1:');
  return { host, port: head.readUInt16BE(from + size), end: from + size + 2 };
}

async function helloOf(bytes: Buffer): Promise<Hello | null> {
  const source = Readable.from([bytes], { objectMode: false });
  try {
    const hello = await readTlsClientHello(source);
    return {
      sni: getExtensionData(hello, 0)?.serverName ?? null,
      alpn: getExtensionData(hello, 16)?.protocols ?? [],
      ja4: calculateJa4(hello),
      offered: Math.max(
        ...(getExtensionData(hello, 43)?.versions ?? []).filter((one) => !isGREASE(one)),
        // A client that knows TLS 1.3 says 1.2 here.
        hello.version,
      ),
    };
  } catch {
    return null;
  } finally {
    source.destroy();
  }
}
