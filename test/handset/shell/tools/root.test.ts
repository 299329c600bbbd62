import assert from 'node:assert/strict';
import { aPhone } from '../../a-phone.ts';
import { sh } from '../../a-shell.ts';

const STORE = '/system/etc/security/cacerts';

describe('root', () => {
  it('is had with each spelling of su on a rooted phone', async () => {
    for (const script of [
      "su -c 'whoami'",
      'su 0 whoami',
      'su root -c whoami',
      "su 0 sh -c 'whoami'",
      'echo whoami | su',
    ]) {
      assert.equal((await sh(aPhone(), script)).out, 'root\n', script);
    }
    assert.equal((await sh(aPhone(), "su -c 'exit 3'")).code, 3);
  });

  it('is not to be had on an unrooted one, and asking is no unknown command', async () => {
    const phone = aPhone({ rooted: false });
    assert.deepEqual(await sh(phone, 'su -c id'), {
      out: '',
      err: '/system/bin/sh: su: inaccessible or not found\n',
      code: 127,
    });
    assert.match((await sh(phone, `mount -t tmpfs tmpfs ${STORE}`)).err, /Operation not permitted/);
    assert.match((await sh(phone, `echo x > ${STORE}/x`)).err, /Read-only file system/);
    assert.equal((await sh(phone, 'settings put global http_proxy 127.0.0.1:1')).code, 0);
    assert.equal((await sh(phone, 'pm clear org.example.browser')).out, 'Success\n');
    assert.deepEqual(phone.trace.unknown(), []);
  });

  it('lays a store of its own over the system’s certificates, and takes it off again', async () => {
    const phone = aPhone();
    phone.files.write(`${STORE}/11111111.0`, 'shipped', { mode: 0o644 });
    await sh(phone, 'mkdir -p /data/local/tmp/ca; echo added > /data/local/tmp/ca/22222222.0');
    const root = (script: string): ReturnType<typeof sh> => sh(phone, `su -c '${script}'`);

    assert.match((await root(`echo x > ${STORE}/x`)).err, /Read-only file system/);
    assert.equal((await root(`cp ${STORE}/* /data/local/tmp/ca/`)).code, 0);
    assert.deepEqual(await root(`mount -t tmpfs tmpfs ${STORE}`), { out: '', err: '', code: 0 });
    assert.deepEqual(phone.files.list(STORE), []);
    const fill = [
      `cp /data/local/tmp/ca/* ${STORE}/`,
      `chown root:root ${STORE}/*`,
      `chmod 644 ${STORE}/*`,
      `chcon u:object_r:system_file:s0 ${STORE}/*`,
    ].join(' && ');
    assert.deepEqual(await root(fill), { out: '', err: '', code: 0 });
    assert.equal(
      (await sh(phone, `ls -lZ ${STORE}`)).out,
      'total 8\n' +
        '-rw-r--r-- 1 root root u:object_r:system_file:s0 7 2026-11-23 01:02 11111111.0\n' +
        '-rw-r--r-- 1 root root u:object_r:system_file:s0 6 2026-11-23 01:02 22222222.0\n',
    );
    assert.equal((await sh(phone, `mount | grep -c ${STORE}`)).out, '1\n');
    assert.match(
      (await sh(phone, 'cat /proc/mounts')).out,
      new RegExp(`^tmpfs ${STORE} tmpfs rw`, 'm'),
    );
    assert.match((await sh(phone, `rm ${STORE}/22222222.0`)).err, /Permission denied/);

    assert.equal((await root(`umount ${STORE}`)).code, 0);
    assert.deepEqual(phone.files.list(STORE), ['11111111.0']);
    assert.match((await root(`umount ${STORE}`)).err, /Invalid argument/);
    assert.deepEqual(phone.trace.unknown(), []);
  });
});
