import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openTap } from '../../../../harness/gather/tap/open.ts';
import { makeAuthority } from '../../../../harness/lib/certificates.ts';
import { run } from '../../../../harness/lib/children.ts';
import { systemClock } from '../../../../harness/lib/clock.ts';
import type { Lab } from '../lab.ts';
import { aSink, openLab } from '../lab.ts';

const DOMAIN = 'lab.example.net';
const DAY = 864e5;

describe('a domain of the lab’s own, over a proxy setting', function () {
  this.timeout(20_000);
  let lab: Lab;

  before(async () => {
    lab = await openLab();
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  it('is met unread where it is trusted, and read where nothing needs to be: nobody else is asked for it', async () => {
    const now = systemClock().now();
    const authority = await makeAuthority([{ CN: ['Public'] }], {
      notBefore: new Date(now - DAY),
      notAfter: new Date(now + DAY),
    });
    const inside = (name: string): string => join(lab.folder, `public-${name}`);
    const made = await authority.certify([`*.${DOMAIN}`, `*.beacon.${DOMAIN}`]);
    const site = { domain: DOMAIN, cert: inside('site.pem'), key: inside('site.key') };
    await writeFile(inside('root.pem'), authority.cert);
    await writeFile(site.cert, made.cert);
    await writeFile(site.key, made.key);
    await chmod(site.key, 0o600);
    const given = { device: 'pretend', world: lab.world, clock: systemClock(), site } as const;
    await using tap = await openTap(given);
    tap.title('/a', 'What was visited');
    const { sink, lines } = aSink();
    const capture = await tap.capture(sink);
    const curl = async (...args: string[]): Promise<string> => {
      const proxy = ['--proxy', `http://127.0.0.1:${String(tap.port)}`];
      const { stdout } = await run('curl', ['-s', '-m', '10', ...proxy, ...args]);
      return stdout.toString();
    };
    const pages = [
      await curl('--cacert', inside('root.pem'), `https://visited.${DOMAIN}/a`),
      await curl(`http://visited.${DOMAIN}/a`),
      await curl('--proxytunnel', `http://visited.${DOMAIN}/a`),
    ];
    for (const page of pages) assert.match(page, /<title>What was visited<\/title>/);
    await capture.finish();
    assert.deepEqual(lines.map(({ kind, host, why }) => `${kind} ${host} ${String(why)}`).sort(), [
      `http visited.${DOMAIN} null`,
      `http visited.${DOMAIN} null`,
      `unread visited.${DOMAIN} passthrough`,
    ]);
    assert.deepEqual(lab.received, []);
  });
});
