import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pageOf, visitOf } from '../../../../harness/gather/tap/sites/pages.ts';
import { checkPublicSite, underDomain } from '../../../../harness/gather/tap/sites/public.ts';
import { makeAuthority } from '../../../../harness/lib/certificates.ts';
import type { Authority } from '../../../../harness/lib/certificates.ts';
import { Fault } from '../../../../harness/lib/fault.ts';

const NOW = Date.UTC(2026, 10, 25);
const DAY = 864e5;
const DOMAIN = 'lab.example.net';
const NAMES = [`*.${DOMAIN}`, `*.beacon.${DOMAIN}`] as const;

describe('a domain of the lab’s own', () => {
  let folder = '';
  let authority: Authority;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leaklab-site-'));
    authority = await makeAuthority([{ CN: ['Public'] }], {
      notBefore: new Date(NOW - 10 * DAY),
      notAfter: new Date(NOW + 10 * DAY),
    });
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  /** The two files, and what is said of them. */
  const said = async (
    cert: string,
    key: string,
    { mode = 0o600, now = NOW, domain = DOMAIN } = {},
  ): Promise<string> => {
    const files = { cert: join(folder, 'site.pem'), key: join(folder, 'site.key') };
    await writeFile(files.cert, cert);
    await writeFile(files.key, key);
    await chmod(files.key, mode);
    return await checkPublicSite({ domain, ...files }, now).then(
      () => 'will do',
      (error: unknown) => {
        assert.ok(error instanceof Fault && error.code === 'beacon-unusable', String(error));
        return `${error.message} | ${error.advice}`.replaceAll(`${folder}/`, '');
      },
    );
  };

  it('will do with a certificate for the names that a trial visits, and its key', async () => {
    const { cert, key } = await authority.certify(NAMES);
    assert.equal(await said(cert, key), 'will do');
  });

  it('is refused with what is wrong and what mends it', async () => {
    const { cert, key } = await authority.certify(NAMES);
    const other = await authority.certify(NAMES);
    const narrow = await authority.certify([DOMAIN, `*.${DOMAIN}`]);
    const begins = 'the beacon in devices.json will not do: ';
    const wanted = `It has to be for *.${DOMAIN} and *.beacon.${DOMAIN}, from an authority that the phone came with.`;
    assert.equal(
      await said(cert, key, { mode: 0o644 }),
      `${begins}others may read its key site.key | Run: chmod 600 site.key`,
    );
    assert.equal(
      await said(cert, other.key),
      `${begins}site.key is not the key of site.pem | Name the two files that belong together.`,
    );
    for (const now of [NOW - 11 * DAY, NOW + 11 * DAY]) {
      assert.equal(
        await said(cert, key, { now }),
        `${begins}site.pem is valid from 2026-11-15 to 2026-12-05 | Renew it. ${wanted}`,
      );
    }
    assert.equal(
      await said(narrow.cert, narrow.key),
      `${begins}site.pem is not for x.beacon.${DOMAIN} | ${wanted}`,
    );
    assert.match(await said('no PEM', key), /site\.pem is no PEM file of its kind/);
    assert.match(await said(cert, 'no PEM'), /site\.key is no PEM file of its kind/);
    const nowhere = { domain: DOMAIN, cert: join(folder, 'none.pem'), key: join(folder, 'none') };
    await assert.rejects(checkPublicSite(nowhere, NOW), { code: 'beacon-unusable' });
  });

  it('stands for ours name by name, and its pages link to their own domain', () => {
    const url = `https://abc.beacon.${DOMAIN}/`;
    assert.equal(underDomain('https://abc.beacon.leaklab.test/', DOMAIN), url);
    const visit = visitOf('GET', url, DOMAIN) ?? assert.fail();
    assert.equal(visit.host, 'abc.beacon.leaklab.test');
    const html = pageOf(visit, new Map()).body.toString();
    assert.match(html, /src="https:\/\/known-leak\.lab\.example\.net\/seen\?page=abc"/);
    for (const foreign of [
      'https://leaklab.test.example.org/',
      'https://example.org/leaklab.test',
      'https://notleaklab.test/',
      'words about leaklab.test',
    ]) {
      assert.equal(underDomain(foreign, DOMAIN), foreign);
    }
    assert.equal(visitOf('GET', `https://not${DOMAIN}/`, DOMAIN), null);
  });
});
