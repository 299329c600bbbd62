import assert from 'node:assert/strict';
import { ask } from '../../a-host.ts';
import { aPhone, NOON } from '../../a-phone.ts';

function request(id: string, body: string | Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, 'latin1');
  head.writeUInt32LE(Buffer.byteLength(body), 4);
  return Buffer.concat([head, Buffer.from(body)]);
}

function done(mtime: number): Buffer {
  const head = Buffer.from('DONE\0\0\0\0');
  head.writeUInt32LE(mtime, 4);
  return head;
}

const QUIT = Buffer.from('QUIT\0\0\0\0');

async function sync(phone: ReturnType<typeof aPhone>, ...requests: Buffer[]): Promise<Buffer> {
  const answer = await ask(phone, 'sync:', Buffer.concat([...requests, QUIT]));
  assert.ok(answer);
  return answer;
}

describe('the sync service', () => {
  it('tells mode, size and time of a file to adbkit, and zeros of what is not there', async () => {
    const phone = aPhone();
    phone.files.write('/data/local/tmp/a', 'hello', { mtime: 0x01020304 });
    const answer = await sync(
      phone,
      request('STAT', '/data/local/tmp/a'),
      request('STAT', '/none'),
    );
    assert.equal(
      answer.toString('hex'),
      ['53544154', 'a4810000', '05000000', '04030201', '53544154', '00'.repeat(12)].join(''),
    );
  });

  it('tells the adb program the same in 72 bytes, with ENOENT for what is not there', async () => {
    const phone = aPhone();
    phone.files.write('/data/local/tmp/a', 'hello', { mtime: 5 });
    const answer = await sync(
      phone,
      request('STA2', '/data/local/tmp/a'),
      request('LST2', '/none'),
    );
    assert.equal(answer.length, 144);
    assert.equal(answer.readUInt32LE(4), 0);
    assert.equal(answer.readUInt32LE(24), 0o100644);
    assert.equal(answer.readBigUInt64LE(40), 5n);
    assert.equal(answer.toString('latin1', 72, 76), 'LST2');
    assert.equal(answer.readUInt32LE(76), 2);
  });

  it('lists a folder in either generation, and ends with an entry that is as long', async () => {
    const phone = aPhone();
    phone.files.write('/data/local/tmp/ab', 'x');
    const old = await sync(phone, request('LIST', '/data/local/tmp'));
    assert.equal(old.length, 20 + 1 + 20 + 2 + 20 + 2 + 20);
    assert.equal(old.toString('latin1', old.length - 22, old.length - 16), 'abDONE');
    const young = await sync(phone, request('LIS2', '/data/local/tmp'));
    assert.equal(young.length, 76 + 1 + 76 + 2 + 76 + 2 + 76);
    assert.equal(young.toString('latin1', young.length - 78, young.length - 72), 'abDONE');
  });

  it('takes a file with its mode and time, and gives it back', async () => {
    const phone = aPhone();
    const path = '/data/local/tmp/new/file';
    const sent = [
      request('SEND', `${path},33188`),
      request('DATA', 'one '),
      request('DATA', 'two'),
      done(77),
    ];
    assert.equal((await sync(phone, ...sent)).toString('latin1'), 'OKAY\0\0\0\0');
    assert.equal(phone.files.stat(path)?.mtime, 77);
    const back = await sync(phone, request('RECV', path));
    assert.equal(back.toString('latin1'), 'DATA\x07\0\0\0one twoDONE\0\0\0\0');
  });

  it('refuses what the shell may not write, and what is not there to read', async () => {
    const phone = aPhone();
    const refused = await sync(
      phone,
      request('SEND', '/system/x,33188'),
      request('DATA', 'x'),
      done(1),
    );
    assert.match(
      refused.toString('latin1'),
      /^FAIL....couldn't create file: Read-only file system$/s,
    );
    const absent = await sync(phone, request('RECV', '/none'));
    assert.match(absent.toString('latin1'), /^FAIL....open failed: No such file or directory$/s);
  });

  it('notes a request that it does not know, and closes', async () => {
    const phone = aPhone();
    await sync(phone, request('SND9', 'x'));
    assert.deepEqual(phone.trace.unknown(), [
      { kind: 'service', what: 'sync: SND9', known: false },
    ]);
    assert.equal(phone.files.stat('/data/local/tmp')?.mtime, NOON / 1000 - 0.004);
  });
});
