import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { encode } from '../../../harness/handset/adb/packet.ts';
import type { Command } from '../../../harness/handset/adb/packet.ts';
import { serveAdb } from '../../../harness/handset/adb/server.ts';
import { Files } from '../../../harness/handset/phone/storage/files.ts';
import { serviceFor } from '../../../harness/handset/adb/services/services.ts';
import { aHost, ask } from '../a-host.ts';
import type { Host } from '../a-host.ts';
import { aPhone } from '../a-phone.ts';
import type { PretendPhone } from '../a-phone.ts';
import { sh } from '../a-shell.ts';
import { aLab } from '../uia2/client.ts';

/** LEAKLAB_FUZZ=20 makes each property try twenty times as much. */
const TIMES = Number(process.env['LEAKLAB_FUZZ'] ?? '1');
const runs = (numRuns: number): { numRuns: number } => ({ numRuns: numRuns * TIMES });

/** The phone still answers an ordinary host: that is what a hostile one must not take away. */
async function stillAnswers(phone: PretendPhone): Promise<void> {
  assert.equal(String(await ask(phone, 'shell:echo well')), 'well\n');
}

function hostOf(phone: PretendPhone): Host {
  return aHost({
    open: (name) =>
      serviceFor(name, {
        phone,
        rules: phone.reverse.attach({ alive: true, open: () => Promise.reject(new Error('none')) }),
        hangUp: () => undefined,
      }),
  });
}

const word = fc.integer({ min: 0, max: 0xffffffff });

const service = fc.oneof(
  fc.constantFrom('shell:', 'shell,v2:', 'shell,v2,raw:cat', 'exec:cat', 'sync:', 'tcp:6790'),
  fc.constantFrom('reverse:list-forward', 'reverse:forward:tcp:0;', 'logcat', 'root:', ''),
  fc.string({ maxLength: 40 }),
);

const packet: fc.Arbitrary<[Command, number, number, Buffer]> = fc.tuple(
  fc.constantFrom<Command[]>('CNXN', 'OPEN', 'OKAY', 'WRTE', 'CLSE', 'AUTH', 'STLS'),
  fc.oneof(fc.integer({ min: 0, max: 12 }), word),
  fc.oneof(fc.integer({ min: 0, max: 12 }), word),
  fc.oneof(
    service.map((name) => Buffer.from(`${name}\0`)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  ),
);

describe('a hostile adb client', function hostile() {
  this.timeout(60_000 * TIMES);

  it('that sends what is not adb is cut off, however it is chopped up', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 8 }),
        async (chunks) => {
          const host = aHost();
          host.send('CNXN', 0x01000001, 4096, 'host::');
          await host.next();
          assert.equal(host.connection.alive, true);
          for (const chunk of chunks) host.socket.write(chunk);
          host.socket.write(Buffer.alloc(24, 1));
          await turn();
          await turn();
          assert.equal(host.connection.alive, false);
        },
      ),
      runs(200),
    );
  });

  it('that sends any packets in any order, with any ids, leaves the phone well', async () => {
    const phone = aPhone();
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { maxLength: 40 }), async (packets) => {
        const host = hostOf(phone);
        host.send('CNXN', 0x01000001, 2 ** 20, 'host::');
        for (const one of packets) host.send(...one);
        await turn();
        host.socket.destroy();
        await turn();
      }),
      runs(150),
    );
    await stillAnswers(phone);
  });

  it('that announces a payload beyond the limit is cut off before it has sent it', async () => {
    const host = aHost();
    host.send('CNXN', 0x01000001, 4096, 'host::');
    await host.next();
    const head = encode('WRTE', 1, 1).subarray(0, 24);
    head.writeUInt32LE(2 ** 31, 12);
    host.socket.write(head);
    await turn();
    await turn();
    assert.equal(host.connection.alive, false);
  });

  it('that writes on without being acknowledged loses the stream', async () => {
    const phone = aPhone();
    const host = hostOf(phone);
    host.send('CNXN', 0x01000001, 2 ** 20, 'host::');
    await host.next();
    // `sleep` never reads.
    host.send('OPEN', 7, 0, 'shell:sleep 1000000 & cat /dev/null; logcat\0');
    const { arg0: id } = await host.next();
    for (let at = 0; at < 8; at++) host.send('WRTE', 7, id, Buffer.alloc(2 ** 20));
    for (;;) {
      const { command } = await host.next();
      if (command === 'CLSE') break;
    }
    await stillAnswers(phone);
  });

  it('that opens streams for ever is refused at some point, and only it', async () => {
    const phone = aPhone();
    const host = hostOf(phone);
    host.send('CNXN', 0x01000001, 2 ** 20, 'host::');
    await host.next();
    for (let id = 1; id <= 400; id++) host.send('OPEN', id, 0, 'shell:logcat\0');
    const answers = new Map<string, number>();
    for (let at = 0; at < 400;) {
      const { command } = await host.next();
      if (command === 'WRTE') continue;
      answers.set(command, (answers.get(command) ?? 0) + 1);
      at++;
    }
    assert.deepEqual(Object.fromEntries(answers), { OKAY: 256, CLSE: 144 });
    await stillAnswers(phone);
    host.socket.destroy();
  });

  it('a thousand of them, half-open, do not keep an ordinary one out', async () => {
    const phone = aPhone();
    await using port = await serveAdb(phone, { reverse: phone.reverse });
    const crowd: Socket[] = [];
    for (let at = 0; at < 1000; at++) {
      const socket = connect(port.port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      if (at % 3 === 0) socket.write(encode('CNXN', 0x01000001, 4096, 'host::').subarray(0, 11));
      if (at % 3 === 1) socket.write(encode('CNXN', 0x01000001, 4096, 'host::'));
      crowd.push(socket);
    }
    const ordinary = connect(port.port, '127.0.0.1');
    ordinary.write(encode('CNXN', 0x01000001, 4096, 'host::'));
    const greeting: readonly unknown[] = await once(ordinary, 'data');
    assert.match(String(greeting[0]), /^CNXN/);
    for (const socket of [...crowd, ordinary]) socket.destroy();
  });
});

describe('hostile words to the shell', function hostile() {
  this.timeout(60_000 * TIMES);
  const scrap = fc.oneof(
    fc.constantFrom(';', '|', '&&', '||', '&', '>', '>>', '<', '2>&1', '$(', ')', '`', '"', "'"),
    fc.constantFrom(
      '$?',
      '${x}',
      '\\',
      '\n',
      '#',
      '*',
      '[',
      ']',
      'export',
      'exec',
      'exit',
      'sh -c',
    ),
    fc.constantFrom(
      'echo',
      'cat',
      'rm -rf /',
      'ls -R /',
      'mkdir -p /a/b',
      'grep -E',
      'su 0',
      'head -c',
    ),
    fc.constantFrom(
      'am start',
      'pm install -S 99999999999',
      'settings put',
      'content insert --uri',
      'input tap',
    ),
    fc.constantFrom(
      'date -s',
      'dumpsys',
      'cmd',
      'screencap',
      'stat',
      'mount -t tmpfs',
      'kill',
      'wm',
      'ime',
    ),
    fc.string({ maxLength: 12, unit: 'binary' }),
  );

  it('end with an exit code, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(scrap, { maxLength: 12 }), async (scraps) => {
        const gone = new AbortController();
        const running = sh(aPhone(), scraps.join(' '), { input: 'in', signal: gone.signal });
        // What waits for more (logcat) ends when the host hangs up.
        const done = await Promise.race([running, turn().then(turn).then(turn)]);
        if (done === undefined) gone.abort();
        assert.ok(Number.isInteger((await running).code), scraps.join(' '));
      }),
      runs(400),
    );
  });

  it('cannot keep it busy with a pattern that never ends', async () => {
    const { err, code } = await sh(aPhone(), `echo ${'a'.repeat(60)}b | grep -E '^(a+)+$'`);
    assert.equal(code, 2);
    assert.match(err, /bad pattern/);
  });
});

describe('hostile bytes to the sync service', () => {
  const request = fc
    .tuple(
      fc.constantFrom(
        'STAT',
        'STA2',
        'LST2',
        'LIST',
        'LIS2',
        'SEND',
        'RECV',
        'DATA',
        'DONE',
        'OOPS',
      ),
      fc.oneof(fc.nat(64), word),
      fc.uint8Array({ maxLength: 64 }),
    )
    .map(([id, length, body]) => {
      const head = Buffer.alloc(8);
      head.write(id, 'latin1');
      head.writeUInt32LE(length, 4);
      return Buffer.concat([head, body]);
    });

  it('end the service, and nothing else', async () => {
    const phone = aPhone();
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 6 }), async (requests) => {
        const host = hostOf(phone);
        host.send('CNXN', 0x01000001, 2 ** 20, 'host::');
        await host.next();
        host.send('OPEN', 7, 0, 'sync:\0');
        const { arg0: id } = await host.next();
        host.send('WRTE', 7, id, Buffer.concat(requests));
        host.send('CLSE', 7, id);
        await turn();
        await turn();
        host.socket.destroy();
      }),
      runs(150),
    );
    await stillAnswers(phone);
  });

  it('cannot fill this machine: a phone has so much room, and no more', () => {
    const files = new Files(aPhone().clock, 1000);
    const block = Buffer.alloc(300);
    for (const name of ['1', '2', '1', '3']) files.write(`/data/local/tmp/${name}`, block);
    assert.throws(() => {
      files.write('/data/local/tmp/4', block);
    }, /No space left on device/);
    files.remove('/data/local/tmp/2');
    files.write('/data/local/tmp/4', block);
  });
});

describe('hostile requests to the automation server', function hostile() {
  this.timeout(60_000 * TIMES);
  const path = fc.oneof(
    fc.constantFrom('element', 'elements', 'element/active', 'source', 'keys', 'actions', 'back'),
    fc.constantFrom('element/1/click', 'element/1/value', 'element/1/attribute/text', 'alert/text'),
    fc.constantFrom('appium/settings', 'appium/gestures/drag', 'gestures/scroll_to', 'orientation'),
    fc.constantFrom('appium/device/press_keycode', 'appium/device/set_clipboard', 'window/x/size'),
    fc.webPath({ size: 'small' }).map((one) => `x${one}`),
  );
  const body = fc.oneof(
    fc.json({ maxDepth: 4 }),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constant('['.repeat(50_000)),
    fc
      .record({
        strategy: fc.constantFrom('xpath', 'id', '-android uiautomator', 'class name', 'magic'),
        selector: fc.oneof(
          fc.string({ unit: 'binary', maxLength: 60 }),
          fc.constantFrom(
            '//*[',
            '//*[//*[//*[//*[//*]]]]',
            'new UiSelector().text(',
            '//*[@text="',
          ),
          fc.constant('new UiSelector().textMatches("(.*.*)*x")'),
        ),
      })
      .map((locator) => JSON.stringify(locator)),
  );

  it('are answered as the WebDriver standard says, and the next one is served', async () => {
    await using lab = await aLab();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'DELETE'),
        path,
        body,
        async (method, at, sent) => {
          const whole = `/session/${lab.session}/${at}`;
          const answer = await lab.request(method, whole, method === 'GET' ? undefined : sent);
          assert.ok(
            [200, 400, 404, 500].includes(answer.status),
            `${method} ${at}: ${answer.status}`,
          );
          if (answer.status === 500) assert.doesNotMatch(JSON.stringify(answer.value), /TypeError/);
        },
      ),
      { ...runs(300), endOnFailure: true },
    );
    assert.equal((await lab.request('GET', '/status')).status, 200);
  });

  it('that are no HTTP at all end their own connection only', async () => {
    await using lab = await aLab();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 400 }), async (bytes) => {
        const socket = connect(lab.port, '127.0.0.1');
        socket.on('error', () => undefined);
        socket.resume();
        socket.end(bytes);
        await once(socket, 'close');
      }),
      runs(60),
    );
    assert.equal((await lab.request('GET', '/status')).status, 200);
  });
});
