import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import type { Duplex } from 'node:stream';
import { ReverseTable } from '../../../../harness/handset/adb/services/reverse-table.ts';
import { serviceFor } from '../../../../harness/handset/adb/services/services.ts';
import { ask } from '../../a-host.ts';
import { aPhone } from '../../a-phone.ts';

function frame(id: number, data: string | Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(id);
  head.writeUInt32LE(Buffer.byteLength(data), 1);
  return Buffer.concat([head, Buffer.from(data)]);
}

describe('the shell services', () => {
  it('answer bare bytes to the first generation, errors mixed in', async () => {
    assert.equal(
      (await ask(aPhone(), 'shell:echo a; nosuch'))?.toString(),
      'a\n/system/bin/sh: nosuch: inaccessible or not found\n',
    );
  });

  it('frame stdout, stderr and the exit code for the second', async () => {
    const answer = await ask(aPhone(), 'shell,v2,TERM=xterm,raw:echo a; echo b 1>&2; exit 5');
    assert.deepEqual(answer, Buffer.concat([frame(1, 'a\n'), frame(2, 'b\n'), frame(3, '\x05')]));
  });

  it('cut long output into frames of at most 32 KiB', async () => {
    const phone = aPhone();
    phone.files.write('/data/local/tmp/long', 'x'.repeat(40_000));
    const answer = await ask(phone, 'shell,v2,raw:cat /data/local/tmp/long');
    assert.equal(answer?.readUInt32LE(1), 32_768);
    assert.equal(answer.length, 40_000 + 5 + 5 + 6);
  });

  it('hand framed input to the program until the host closes it', async () => {
    const answer = await ask(
      aPhone(),
      'shell,v2,raw:cat',
      Buffer.concat([frame(0, 'in'), frame(4, '')]),
    );
    assert.deepEqual(answer, Buffer.concat([frame(1, 'in'), frame(3, '\0')]));
  });

  it('prompt and run line by line when there is no command', async () => {
    const answer = await ask(aPhone(), 'shell:', Buffer.from('echo hi\rexit\r'));
    assert.equal(answer?.toString(), 'one:/ $ echo hi\r\nexit\r\nhi\none:/ $ ');
  });

  it('read a streamed APK to exactly its length, and refuse what is none', async () => {
    const answer = await ask(aPhone(), "exec:cmd package 'install' '-r' -S 4", Buffer.from('nope'));
    assert.match(answer?.toString() ?? '', /^Failure \[INSTALL_PARSE_FAILED_NOT_APK: /);
  });
});

describe('the other services', () => {
  it('refuse adb root, in a phone’s words', async () => {
    assert.equal(
      (await ask(aPhone(), 'root:'))?.toString(),
      'adbd cannot run as root in production builds\n',
    );
  });

  it('refuse what is unknown, and note it', async () => {
    const phone = aPhone();
    assert.equal(await ask(phone, 'jdwp:1'), undefined);
    assert.deepEqual(phone.trace.unknown(), [{ kind: 'service', what: 'jdwp:1', known: false }]);
  });

  it('refuse port 6790 while no automation server runs, and hand over the stream once one does', async () => {
    const phone = aPhone({ accept: (stream) => stream.end('served') });
    assert.equal(await ask(phone, 'tcp:6790'), undefined);
    phone.automation.start();
    assert.equal((await ask(phone, 'tcp:6790'))?.toString(), 'served');
    assert.equal(await ask(phone, 'tcp:6791'), undefined);
    assert.deepEqual(phone.trace.unknown(), []);
  });

  it('hold a connection to port 6790 until the server that is starting has bound it', async () => {
    const phone = aPhone({ accept: (stream) => stream.end('served') });
    const asked = ask(phone, 'tcp:6790');
    phone.automation.start();
    assert.equal((await asked)?.toString(), 'served');
  });
});

describe('reverse rules', () => {
  const answer = async (table: ReverseTable, ...names: string[]): Promise<string[]> => {
    const phone = aPhone();
    const rules = table.attach({ alive: true, open: () => Promise.resolve(new PassThrough()) });
    const answers: string[] = [];
    for (const name of names) {
      const serve = await serviceFor(name, { phone, rules, hangUp: () => undefined });
      const said: string[] = [];
      // The service only ever ends the stream with its answer.
      const stream = Object.assign(new PassThrough(), { gone: new AbortController().signal });
      stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
      Reflect.apply(serve ?? assert.fail, undefined, [stream]);
      await stream.toArray();
      answers.push(said.join(''));
    }
    return answers;
  };

  it('are set, listed, rebound, resolved for tcp:0, and removed', async () => {
    assert.deepEqual(
      await answer(
        new ReverseTable(),
        'reverse:forward:tcp:8080;tcp:9090',
        'reverse:forward:norebind:tcp:8080;tcp:1',
        'reverse:list-forward',
        'reverse:forward:tcp:0;tcp:9091',
        'reverse:killforward:tcp:1',
        'reverse:killforward-all',
        'reverse:list-forward',
      ),
      [
        'OKAY',
        'FAIL001dcannot rebind existing socket',
        '001c(reverse) tcp:8080 tcp:9090\n',
        'OKAY000540001',
        "FAIL001alistener 'tcp:1' not found",
        'OKAY',
        '0000',
      ],
    );
  });

  it('lead to the host that connected last, and end with it', async () => {
    const table = new ReverseTable();
    const asked: string[] = [];
    const host = (name: string): ReturnType<ReverseTable['attach']> =>
      table.attach({
        alive: true,
        open: (target): Promise<Duplex> => {
          asked.push(`${name} ${target}`);
          return Promise.resolve(new PassThrough());
        },
      });
    const first = host('first');
    const second = host('second');
    first.rules.set('tcp:1', 'tcp:11');
    second.rules.set('tcp:1', 'tcp:12');
    await table.connect(1);
    table.detach(second);
    await table.connect(1);
    table.detach(first);
    await assert.rejects(table.connect(1), /connection refused/);
    assert.deepEqual(asked, ['second tcp:12', 'first tcp:11']);
  });
});
