import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isClosed } from '../../../../harness/gather/tap/way/closed.ts';
import { connectTarget, HEAD_LIMIT } from '../../../../harness/gather/tap/way/head.ts';

const read = (text: string): ReturnType<typeof connectTarget> =>
  connectTarget(Buffer.from(text, 'latin1'));

describe('the head of a CONNECT', () => {
  it('gives host and port, and where it ends', () => {
    const head = 'CONNECT Shop.Example.org:443 HTTP/1.1\r\nHost: other\r\n\r\n';
    assert.deepEqual(read(`${head}\x16\x03`), {
      host: 'shop.example.org',
      port: 443,
      end: head.length,
    });
    assert.deepEqual(read('connect [2001:DB8::1]:80 HTTP/1.0\r\n\r\n'), {
      host: '2001:db8::1',
      port: 80,
      end: 37,
    });
  });

  it('is waited for as long as it may still come, and not longer', () => {
    const head = 'CONNECT example.org:443 HTTP/1.1\r\n\r\n';
    for (let cut = 0; cut < head.length; cut += 1) assert.equal(read(head.slice(0, cut)), null);
    assert.equal(read(`CONNECT ${'x'.repeat(HEAD_LIMIT)}`), 'other');
  });

  it('is told from everything else by its first bytes', () => {
    for (const text of ['GET http://a/ HTTP/1.1\r\n\r\n', '\x16\x03\x01', 'CONE', 'CONNECTED ']) {
      assert.equal(read(text), 'other', text);
    }
  });

  it('with a target that cannot be is left to the reader', () => {
    for (const target of [
      'a:0',
      'a:65536',
      'a',
      ':443',
      'a b:443',
      'u@h:443',
      `${'h'.repeat(256)}:443`,
    ]) {
      assert.equal(read(`CONNECT ${target} HTTP/1.1\r\n\r\n`), 'other', target);
    }
  });

  it('never throws, and never reads beyond what came', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, led) => {
        const all = Buffer.concat([
          Buffer.from(led ? 'CONNECT ' : ''),
          bytes,
          Buffer.from('\r\n\r\n'),
        ]);
        const found = connectTarget(all);
        if (found !== null && found !== 'other') assert.ok(found.end <= all.length);
      }),
    );
  });
});

describe('the addresses that no phone is led to', () => {
  it('are those of this machine, of private networks, and of nobody', () => {
    for (const address of [
      '127.0.0.1',
      '127.9.9.9',
      '0.0.0.0',
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      'fe80::1',
      'fd00::1',
      'ff02::1',
      '::ffff:127.0.0.1',
      '::ffff:192.168.1.1',
      '64:ff9b::7f00:1',
    ]) {
      assert.equal(isClosed(address), true, address);
    }
  });

  it('are no others', () => {
    for (const address of [
      '1.1.1.1',
      '172.32.0.1',
      '100.128.0.1',
      '2606:4700::1111',
      '::ffff:1.1.1.1',
    ]) {
      assert.equal(isClosed(address), false, address);
    }
  });
});
