import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FileError, Files } from '../../../harness/handset/phone/storage/files.ts';
import { writeRefusal } from '../../../harness/handset/phone/rights.ts';
import { aPhone, NOON } from '../a-phone.ts';

const files = (): Files =>
  new Files({ now: () => NOON, wait: () => Promise.resolve(), scaled: (ms) => ms });

describe('the phone’s files', () => {
  it('are read as they were last written or appended to', () => {
    const disk = files();
    disk.write('/data/a/b', 'one');
    disk.append('/data/a/b', ' two');
    assert.equal(disk.read('/data//a/./x/../b').toString(), 'one two');
    assert.deepEqual(disk.list('/data/a'), ['b']);
    disk.remove('/data/a');
    assert.equal(disk.exists('/data/a/b'), false);
  });

  it('refuse in the C library’s words', () => {
    const disk = files();
    disk.write('/data/f', '');
    assert.throws(() => disk.read('/none'), new FileError('No such file or directory'));
    assert.throws(() => disk.read('/data'), new FileError('Is a directory'));
    assert.throws(() => disk.list('/data/f'), new FileError('Not a directory'));
    assert.throws(() => {
      disk.write('/data/f/g', '');
    }, new FileError('Not a directory'));
    assert.throws(() => {
      disk.umount('/data');
    }, new FileError('Invalid argument'));
  });

  it('know of a sealed file its hash and size, and no more', () => {
    const disk = files();
    disk.seal('/data/app/x/base.apk', { sha256: 'ab'.repeat(32), size: 12 });
    assert.equal(disk.sha256('/data/app/x/base.apk'), 'ab'.repeat(32));
    assert.equal(disk.stat('/data/app/x/base.apk')?.size, 12);
    assert.throws(() => disk.read('/data/app/x/base.apk'), new FileError('Permission denied'));
  });

  it('come back as they were when what was mounted over them is taken off, whatever was done meanwhile', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const deed = fc.tuple(fc.constantFrom('write' as const, 'remove' as const), name);
    fc.assert(
      fc.property(fc.uniqueArray(name), fc.array(deed), (before, deeds) => {
        const disk = files();
        disk.mkdir('/s');
        for (const each of before) disk.write(`/s/${each}`, each);
        disk.mount('/s');
        assert.deepEqual(disk.list('/s'), []);
        for (const [what, each] of deeds) {
          if (what === 'write') disk.write(`/s/${each}`, 'new');
          else if (disk.exists(`/s/${each}`)) disk.remove(`/s/${each}`);
        }
        disk.umount('/s');
        assert.deepEqual(disk.list('/s'), before.toSorted());
        for (const each of before) assert.equal(disk.read(`/s/${each}`).toString(), each);
      }),
    );
  });

  it('may be written by the shell in its own folders, by root in all but the system’s', () => {
    const disk = files();
    const refusals = [
      '/data/local/tmp/x',
      '/sdcard/x',
      '/data/x',
      '/system/x',
      '/x',
      '/data/local/tmp/../../../system/x',
    ].map((path) => [writeRefusal(disk, path, 'shell'), writeRefusal(disk, path, 'root')]);
    const [free, denied, sealed] = [undefined, 'Permission denied', 'Read-only file system'];
    assert.deepEqual(refusals, [
      [free, free],
      [free, free],
      [denied, free],
      [sealed, sealed],
      [sealed, sealed],
      [sealed, sealed],
    ]);
  });
});

describe('installed apps', () => {
  const apk = {
    package: 'org.example.browser',
    versionName: '2.0',
    versionCode: 20,
    activity: null,
    signer: '00000000',
    sha256: 'cd'.repeat(32),
    size: 5,
    minSdk: 26,
    targetSdk: 28,
    permissions: [],
    instrumentation: null,
  };

  it('have the same hash and signer every time, another hash in another version', () => {
    const [one, two] = [aPhone(), aPhone()].map(({ packages }) =>
      packages.get('org.example.browser'),
    );
    assert.match(one?.sha256 ?? '', /^[0-9a-f]{64}$/);
    assert.deepEqual([one?.sha256, one?.signer], [two?.sha256, two?.signer]);
  });

  it('are replaced only by the same signer, and never by an older version', () => {
    const { packages } = aPhone();
    const signer = packages.get('org.example.browser')?.signer ?? '';
    assert.match(packages.install(apk), /INSTALL_FAILED_UPDATE_INCOMPATIBLE/);
    assert.equal(packages.install({ ...apk, signer }), 'Success');
    assert.equal(
      packages.install({ ...apk, signer, versionCode: 19 }),
      'Failure [INSTALL_FAILED_VERSION_DOWNGRADE]',
    );
    assert.equal(packages.get('org.example.browser')?.versionName, '2.0');
  });

  it('keep of their APK the hash, readable by its path, and go with it', () => {
    const { packages, files: disk } = aPhone();
    const path = '/data/app/org.new/base.apk';
    packages.install({ ...apk, package: 'org.new' });
    assert.equal(disk.sha256(path), 'cd'.repeat(32));
    assert.equal(packages.uninstall('org.new'), true);
    assert.equal(disk.exists(path), false);
  });
});

describe('the trace', () => {
  it('keeps what was asked in order, and each unknown request once', () => {
    const { trace } = aPhone();
    trace.record({ kind: 'shell', what: 'a', known: false });
    trace.record({ kind: 'service', what: 'b', known: true });
    trace.record({ kind: 'shell', what: 'a', known: false });
    assert.deepEqual(
      trace.all().map(({ what }) => what),
      ['a', 'b', 'a'],
    );
    assert.deepEqual(trace.unknown(), [{ kind: 'shell', what: 'a', known: false }]);
  });
});
