import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { run } from '../../../harness/lib/children.ts';
import { entryNamed, oneRun } from '../one-run.ts';
import { visits } from './visits.ts';

const HOST = 'lab.example.net';

/**
 * A phone that trusts nobody but the authorities it came with, behind a network of ours. The handset’s came with it: its
 * world’s root stands for the public authorities.
 */
describe('a phone that does not trust our CA', function metadata() {
  this.timeout(120_000);
  let folder = '';

  before(async function rooted() {
    if (userInfo().uid !== 0) this.skip();
    folder = await mkdtemp(join(tmpdir(), 'leaklab-beacon-'));
  });
  after(async () => {
    if (folder !== '') await rm(folder, { recursive: true });
  });

  it('visits beacon and pages under a domain that it trusts, is never shown our certificate there, and its trials are sound', async () => {
    const entry = await entryNamed('reference-stock');
    const { judged, trials } = await oneRun(
      visits,
      { ...entry, listen: 'gateway', beacon: { host: HOST } },
      ['mint', entry.browsers['mint'] ?? ''],
    );
    for (const { record, lines } of trials) {
      assert.deepEqual([record.void, record.reach, record.site], [[], 'metadata', HOST]);
      assert.match(
        record.canaries[0]?.value ?? '',
        new RegExp(`^https://visited.${HOST}/[a-z]{16}$`),
      );
      const mine = lines.filter(({ kind, host }) => kind !== 'dns' && host.endsWith(HOST));
      const hosts = mine.map(({ host }) => host);
      for (const host of [
        `${record.beacon.value}.beacon.${HOST}`,
        `known-leak.${HOST}`,
        `visited.${HOST}`,
      ]) {
        assert.ok(hosts.includes(host), hosts.join());
      }
      // Unread from the first connection on; none of them was refused.
      assert.deepEqual(new Set(mine.map(({ why }) => why)), new Set(['passthrough']));
      assert.ok(!lines.some(({ host }) => host.endsWith('leaklab.test')));
    }
    const { outside, contacts, tls } = judged.verdicts;
    const named = [...outside, ...contacts, ...tls].map(({ host }) => host);
    assert.ok(!named.some((host) => host.endsWith(HOST)), named.join());
    assert.ok(outside.some(({ trials: k }) => k > 0));
    assert.ok(judged.verdicts.verdicts.every(({ answer }) => answer === 'inconclusive'));
  });

  it('has its trials void, and the block ended with the reason, where it does not trust that certificate either', async () => {
    const [cert, key] = [join(folder, 'site.pem'), join(folder, 'site.key')];
    const names = [`*.${HOST}`, `*.beacon.${HOST}`].map((name) => `DNS:${name}`).join();
    const { code, stderr } = await run('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-subj', '/CN=nobody', '-addext', `subjectAltName=${names}`, '-days', '2'],
      ...['-keyout', key, '-out', cert],
    ]);
    assert.equal(code, 0, stderr);
    const entry = await entryNamed('reference-stock');
    const untrusted = { ...entry, listen: 'gateway' as const, beacon: { host: HOST, cert, key } };
    await assert.rejects(oneRun(visits, untrusted, ['mint', entry.browsers['mint'] ?? '']), {
      code: 'page-not-shown',
      message: /3 trials in a row ended in a Fault: page-not-shown: .*beacon/,
    });
  });
});
