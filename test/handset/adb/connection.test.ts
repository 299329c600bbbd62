import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import type { AdbStream } from '../../../harness/handset/adb/stream.ts';
import { aHost } from '../a-host.ts';
import type { Host } from '../a-host.ts';

/** A host with one stream open: ours is 7. */
async function opened(serve: (stream: AdbStream) => void): Promise<{ host: Host; id: number }> {
  const host = aHost({ open: () => Promise.resolve(serve) });
  host.send('CNXN', 0x01000001, 2 ** 20, 'host::');
  await host.next();
  host.send('OPEN', 7, 0, 'service\0');
  const okay = await host.next();
  assert.equal(okay.command, 'OKAY');
  assert.equal(okay.arg1, 7);
  return { host, id: okay.arg0 };
}

describe('an adb connection', () => {
  it('greets with its banner, and takes the smaller payload limit of the two', async () => {
    const host = aHost({ banner: 'device::x=1;features=shell_v2' });
    host.send('CNXN', 0x01000001, 256 * 1024, 'host::');
    const greeting = await host.next();
    assert.equal(greeting.command, 'CNXN');
    assert.equal(greeting.payload.toString(), 'device::x=1;features=shell_v2');
  });

  it('answers OPEN with OKAY before anything is written, or with CLSE', async () => {
    const { host } = await opened((stream) => stream.write('first'));
    const written = await host.next();
    assert.equal(written.payload.toString(), 'first');

    const refusing = aHost();
    refusing.send('CNXN', 0x01000001, 4096, 'host::');
    await refusing.next();
    refusing.send('OPEN', 9, 0, 'nothing\0');
    const refusal = await refusing.next();
    assert.deepEqual([refusal.command, refusal.arg0, refusal.arg1], ['CLSE', 0, 9]);
  });

  it('has one WRTE on its way, and sends what gathers meanwhile as one', async () => {
    const { host, id } = await opened((stream) => {
      for (const text of ['a', 'b', 'c']) stream.write(text);
    });
    assert.equal((await host.next()).payload.toString(), 'a');
    await turn();
    assert.deepEqual(host.waiting, []);
    host.send('OKAY', 7, id);
    assert.equal((await host.next()).payload.toString(), 'bc');
  });

  it('sends head and body of an HTTP answer in one WRTE', async () => {
    const server = createServer((_request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.setHeader('Content-Length', '7');
      response.end('"value"');
    });
    const { host, id } = await opened((stream) => server.emit('connection', stream));
    host.send('WRTE', 7, id, 'GET /status HTTP/1.1\r\nHost: x\r\n\r\n');
    const both = [await host.next(), await host.next()];
    const answer = both.find(({ command }) => command === 'WRTE');
    assert.match(String(answer?.payload), /^HTTP\/1\.1 200 OK\r\n[\s\S]*"value"$/);
    host.socket.destroy();
  });

  it('splits what exceeds the payload limit', async () => {
    const host = aHost({ open: () => Promise.resolve((stream: AdbStream) => stream.end('abcde')) });
    host.send('CNXN', 0x01000001, 2, 'host::');
    await host.next();
    host.send('OPEN', 7, 0, 's\0');
    const { arg0: id } = await host.next();
    const seen: string[] = [];
    for (let packet = await host.next(); packet.command !== 'CLSE'; packet = await host.next()) {
      seen.push(packet.payload.toString());
      host.send('OKAY', 7, id);
    }
    assert.deepEqual(seen, ['ab', 'cd', 'e']);
  });

  it('acknowledges only when the consumer has room', async () => {
    let taken: AdbStream | undefined;
    const { host, id } = await opened((stream) => (taken = stream));
    host.send('WRTE', 7, id, Buffer.alloc(200_000));
    await turn();
    assert.deepEqual(host.waiting, []);
    taken?.resume();
    assert.equal((await host.next()).command, 'OKAY');
  });

  it('delivers what came before the host closed, then ends', async () => {
    let taken: AdbStream | undefined;
    const { host, id } = await opened((stream) => (taken = stream));
    host.send('WRTE', 7, id, 'last words');
    host.send('CLSE', 7, id);
    for (let packet = await host.next(); packet.command !== 'CLSE';) packet = await host.next();
    assert.ok(taken);
    assert.equal(taken.gone.aborted, true);
    assert.equal(Buffer.concat(await taken.toArray()).toString(), 'last words');
  });

  it('closes a stream that the host writes to and the phone does not know', async () => {
    const { host } = await opened(() => undefined);
    host.send('WRTE', 42, 99, 'lost');
    const answer = await host.next();
    assert.deepEqual([answer.command, answer.arg1], ['CLSE', 42]);
  });

  it('tells every stream when the host has gone', async () => {
    let taken: AdbStream | undefined;
    const { host } = await opened((stream) => (taken = stream));
    assert.ok(taken);
    const gone = once(taken.gone, 'abort');
    host.connection.destroy();
    await gone;
  });

  it('asks an unauthorised host twice, then stays silent', async () => {
    const host = aHost({ state: 'unauthorized' });
    host.send('CNXN', 0x01000001, 4096, 'host::');
    const asked = await host.next();
    assert.deepEqual([asked.command, asked.arg0, asked.payload.length], ['AUTH', 1, 20]);
    host.send('AUTH', 2, 0, Buffer.alloc(256));
    assert.equal((await host.next()).command, 'AUTH');
    host.send('AUTH', 3, 0, 'public key\0');
    host.send('OPEN', 7, 0, 'shell:id\0');
    await turn();
    await turn();
    assert.deepEqual(host.waiting, []);
  });

  it('says nothing at all when it is mute', async () => {
    const host = aHost({ state: 'mute' });
    host.send('CNXN', 0x01000001, 4096, 'host::');
    await turn();
    await turn();
    assert.deepEqual(host.waiting, []);
  });
});
