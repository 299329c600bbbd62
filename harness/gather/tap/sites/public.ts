import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Fault, messageOf } from '../../../lib/fault.ts';
import { readBytes } from '../../../record/disk.ts';
import { modeOf } from '../../disk.ts';

/** The domain of the lab's own under which our sites stand for a phone that believes nobody but public authorities. */
export interface PublicSite {
  /** Each `x.leaklab.test` is `x.<domain>` there. */
  readonly domain: string;
  /** PEM files: a certificate that the phone trusts without us, and its key. */
  readonly cert: string;
  readonly key: string;
}

/** A URL of a page of ours as the phone is to open it. */
export function underDomain(url: string, domain: string): string {
  const [, before = '', after = ''] = OURS.exec(url) ?? [];
  return before === '' ? url : `${before}${domain}${after}`;
}

const OURS = /^(https?:\/\/(?:[a-z0-9-]+\.)*)leaklab\.test((?:[/?#:].*)?)$/s;

/** Looks whether it will do, before a phone is touched. Fault `beacon-unusable` says what is wrong and what mends it. */
export async function checkPublicSite(
  site: PublicSite,
  now: number,
): Promise<PublicSite & { readonly until: number }> {
  const [cert, key] = await Promise.all([read(site.cert), read(site.key)]);
  if (((await modeOf(site.key)) & 0o077) !== 0) {
    throw unusable(`others may read its key ${site.key}`, `Run: chmod 600 ${site.key}`);
  }
  const shown = parsed(site.cert, () => new X509Certificate(cert));
  const private_ = parsed(site.key, () => createPrivateKey(key));
  if (!shown.checkPrivateKey(private_)) {
    throw unusable(
      `${site.key} is not the key of ${site.cert}`,
      'Name the two files that belong together.',
    );
  }
  const [from, to] = [shown.validFromDate.getTime(), shown.validToDate.getTime()];
  if (now < from || now > to) {
    throw unusable(
      `${site.cert} is valid from ${dayOf(from)} to ${dayOf(to)}`,
      `Renew it. ${WANTED(site.domain)}`,
    );
  }
  const missing = namesUnder(site.domain).filter((name) => shown.checkHost(name) === undefined);
  if (missing.length > 0) {
    throw unusable(`${site.cert} is not for ${missing.join(', ')}`, WANTED(site.domain));
  }
  return { ...site, until: to };
}

/** The day of a time in ms, in UTC. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** The names that a trial visits; the first label of the last is the trial's own. */
function namesUnder(domain: string): string[] {
  return [`visited.${domain}`, `known-leak.${domain}`, `x.beacon.${domain}`];
}

const WANTED = (domain: string): string =>
  `It has to be for *.${domain} and *.beacon.${domain}, from an authority that the phone came with.`;

async function read(path: string): Promise<Buffer> {
  try {
    return await readBytes(path);
  } catch (error) {
    throw unusable(`${path} cannot be read: ${messageOf(error)}`, 'Put the file there.');
  }
}

function parsed<Parsed>(path: string, parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (error) {
    throw unusable(
      `${path} is no PEM file of its kind: ${messageOf(error)}`,
      'Put the right file there.',
    );
  }
}

function unusable(what: string, advice: string): Fault {
  return new Fault('beacon-unusable', `the beacon in devices.json will not do: ${what}`, advice);
}
