import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { aLab } from './client.ts';

describe('the automation server', () => {
  it('says that it is ready, and lists its session', async () => {
    await using lab = await aLab();
    const status = await lab.request('GET', '/status');
    assert.deepEqual(status.value, {
      ready: true,
      message: 'UiAutomator2 Server is ready to accept commands',
      build: { version: '10.6.6' },
    });
    assert.match(lab.session, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u);
    const { value } = await lab.request('GET', '/sessions');
    assert.deepEqual(value, [{ id: lab.session, capabilities: {} }]);
  });

  it('answers in JSON with the length said, and keeps the connection', async () => {
    await using lab = await aLab();
    const { pieces, stream } = recorder();
    lab.automation.accept(stream);
    for (const round of [1, 2]) {
      stream.push('GET /status HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n');
      while (pieces.length < round) await once(stream, 'written');
    }
    assert.equal(pieces.length, 2, 'head and body of an answer are one piece');
    assert.match(pieces[0] ?? '', /^HTTP\/1\.1 200 OK\r\n/u);
    assert.match(pieces[0] ?? '', /Content-Type: application\/json; charset=UTF-8\r\n/u);
    assert.match(pieces[0] ?? '', /Content-Length: \d+\r\n/u);
    assert.match(pieces[0] ?? '', /Connection: keep-alive\r\n/u);
    assert.match(pieces[0] ?? '', /\r\n\r\n\{"sessionId":"[^"]+","value":\{"ready":true/u);
  });

  it('answers the end of the session first, and then ends with its instrumentation', async () => {
    await using lab = await aLab();
    assert.equal(await lab.call('DELETE', ''), null);
    await lab.run.ended;
    assert.equal(lab.automation.listening, false);
    assert.equal(lab.automation.accept(recorder().stream), false);
  });

  it('is not unbound by what is left of the run before', async () => {
    await using lab = await aLab();
    const second = lab.automation.start();
    await lab.run.ended;
    lab.run.stop();
    assert.equal(lab.automation.listening, true);
    assert.equal((await lab.request('GET', '/status')).status, 200);
    assert.deepEqual((await lab.request('GET', '/sessions')).value, [], 'a new run has no session');
    second.stop();
    await second.ended;
    assert.equal(lab.automation.listening, false);
  });

  it('answers 404 to what it does not know, and the trace says so', async () => {
    await using lab = await aLab();
    await assert.rejects(
      lab.call('POST', 'appium/schedule_action', {}),
      /^Error: 404 unknown command/u,
    );
    assert.equal((await lab.request('GET', '/wd/hub')).status, 404);
    assert.deepEqual(lab.trace.unknown(), [
      { kind: 'http', what: 'POST /session/:session/appium/schedule_action', known: false },
      { kind: 'http', what: 'GET /wd/hub', known: false },
    ]);
    const other = await lab.request('GET', '/session/another/source');
    assert.equal(other.status, 404);
    assert.deepEqual(lab.trace.all().at(-1), {
      kind: 'http',
      what: 'GET /session/:session/source',
      known: true,
    });
    assert.match(JSON.stringify(other.value), /^\{"error":"invalid session id"/u);
  });

  it('answers nonsense with an error, and goes on', async () => {
    await using lab = await aLab();
    for (const body of ['', 'not json', '[]', '{"strategy":7}', '{"__proto__":null}']) {
      const answer = await lab.request('POST', `/session/${lab.session}/element`, body);
      assert.equal(answer.status, 400);
      assert.match(JSON.stringify(answer.value), /"error":"invalid argument"/u);
    }
    assert.equal((await lab.request('GET', '/status')).status, 200);
  });
});

/** One end of a connection that keeps each piece written to it apart, as an adb stream would send it. */
function recorder(): { pieces: string[]; stream: Duplex } {
  const pieces: string[] = [];
  const stream = new Duplex({
    read: () => undefined,
    write: (piece: Buffer, _encoding, done) => {
      pieces.push(piece.toString());
      done();
      stream.emit('written');
    },
  });
  return { pieces, stream };
}
