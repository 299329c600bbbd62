import assert from 'node:assert/strict';
import {
  isOurHost,
  pageOf,
  reportedBeacon,
  visitOf,
} from '../../../../harness/gather/tap/sites/pages.ts';

function bodyAt(url: string, titles = new Map<string, string>()): string {
  const visit = visitOf('GET', url) ?? assert.fail(url);
  return pageOf(visit, titles).body.toString();
}

describe('our own sites', () => {
  it('are leaklab.test and everything below it', () => {
    for (const host of ['leaklab.test', 'a.b.leaklab.test'])
      assert.equal(isOurHost(host), true, host);
    for (const host of ['xleaklab.test', 'leaklab.test.example.org', 'leaklab']) {
      assert.equal(isOurHost(host), false, host);
    }
    assert.equal(visitOf('GET', 'https://example.org/leaklab.test'), null);
    assert.equal(visitOf('GET', 'no url'), null);
  });

  it('show a visited page under its title, which cannot break out', () => {
    const titles = new Map([['/abc', '</title><script>alert("x")</script> & more']]);
    const body = bodyAt('https://visited.leaklab.test/abc?x', titles);
    assert.ok(
      body.includes(
        '<title>&#60;/title&#62;&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62; &#38; more</title>',
      ),
    );
    assert.ok(!body.includes('<script>alert'));
    assert.match(bodyAt('https://visited.leaklab.test/else', titles), /<title>A page<\/title>/);
  });

  it('give a visited page one picture, one script and one style of its own host', () => {
    const body = bodyAt('https://visited.leaklab.test/abc');
    const parts = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
    assert.deepEqual(parts, ['/assets/plain.css', '/assets/quiet.js', '/assets/dot.gif']);
    const types = parts.map((path) => {
      const visit = visitOf('GET', `https://visited.leaklab.test${path}`) ?? assert.fail();
      return pageOf(visit, new Map()).headers.find(([name]) => name === 'Content-Type')?.[1];
    });
    assert.deepEqual(types, ['text/css', 'text/javascript', 'image/gif']);
  });

  it('tell the second host of the beacon that was visited', () => {
    const body = bodyAt('https://abcdef.beacon.leaklab.test/');
    const told = /<img src="([^"]+)"/.exec(body)?.[1] ?? '';
    assert.equal(told, 'https://known-leak.leaklab.test/seen?page=abcdef');
    assert.equal(reportedBeacon(visitOf('GET', told) ?? assert.fail()), 'abcdef');
    assert.equal(
      reportedBeacon(visitOf('GET', 'https://visited.leaklab.test/seen?page=x') ?? assert.fail()),
      null,
    );
  });

  it('forbid keeping any page', () => {
    for (const path of [
      'visited.leaklab.test/x',
      'a.beacon.leaklab.test/',
      'known-leak.leaklab.test/seen',
      'leaklab.test/',
    ]) {
      const { headers } = pageOf(visitOf('GET', `https://${path}`) ?? assert.fail(), new Map());
      assert.ok(
        headers.some(([name, value]) => name === 'Cache-Control' && value === 'no-store'),
        path,
      );
    }
  });
});
