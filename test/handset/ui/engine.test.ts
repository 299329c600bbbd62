import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { Files } from '../../../harness/handset/phone/storage/files.ts';
import { LogBuffer } from '../../../harness/handset/phone/log.ts';
import { readFile as readPhoneFile } from '../../../harness/handset/phone/storage/proc.ts';
import { Settings } from '../../../harness/handset/phone/settings.ts';
import { loadRom } from '../../../harness/handset/roms/load.ts';
import { createEngine } from '../../../harness/handset/ui/browser/engine/engine.ts';
import { makeRoot } from '../../../harness/handset/world/root.ts';
import { run } from '../../../harness/lib/children.ts';
import { systemClock } from '../../../harness/lib/clock.ts';
import { serviceFor } from '../../../harness/handset/adb/services/services.ts';
import { aHost } from '../a-host.ts';
import { aPhone } from '../a-phone.ts';
import type { RunningWorld } from '../world/running-world.ts';
import { runWorld } from '../world/running-world.ts';

const VISITOR = {
  package: 'com.mi.globalbrowser.mini',
  userAgent: 'Mozilla/5.0 (Linux; Android 9; Redmi Note 8) Chrome/80',
  acceptLanguage: 'fr-FR',
};
const RESULTS = 'https://duckduckgo.com/?q=kenato+dofaki';
const never = new AbortController().signal;

/** A real Chromium with the phone's way out, proxy and trust; it is started by each test and ends with it. */
describe('a real engine behind the screen', function realEngine() {
  this.timeout(60_000);
  let world: RunningWorld | undefined;
  before(async function there() {
    const { code } = await run('sh', ['-c', 'command -v chromium && command -v certutil']);
    if (code !== 0) this.skip();
    world = await runWorld();
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  async function engineOn(root: string, proxy = '127.0.0.1:8888') {
    const clock = systemClock();
    const files = new Files(clock);
    const rom = await loadRom('miui-11-mint-3.4.3');
    files.write(`${rom.systemStore}/0a1b2c3d.0`, root);
    const settings = new Settings({ global: { http_proxy: proxy } });
    const reverse = {
      connect: async (port: number) => {
        if (port !== 8888) throw new Error('no reverse rule');
        const socket = connect(world?.port ?? 0, '127.0.0.1');
        await once(socket, 'connect');
        return socket;
      },
    };
    const log = new LogBuffer(clock);
    return { log, engine: createEngine({ rom, files, settings, reverse, log }) };
  }

  it('shows a page of the world, with the noise of a browser around it, and is open to DevTools', async () => {
    const { engine, log } = await engineOn(await readFile(world?.root ?? '', 'utf8'));
    await using _ = engine;
    const loaded = await engine.load(RESULTS, VISITOR, never);
    assert.deepEqual(log.entries(), []);
    assert.equal(loaded.ok && loaded.url, RESULTS);
    assert.match(loaded.ok ? loaded.page.title : '', /kenato dofaki/);
    const phone = { ...aPhone(), engine };
    assert.match(readPhoneFile(phone, '/proc/net/unix').toString(), / @chrome_devtools_remote\n/);
    const serve = await serviceFor('localabstract:chrome_devtools_remote', {
      phone,
      rules: phone.reverse.attach({ alive: true, open: () => Promise.reject(new Error('none')) }),
      hangUp: () => undefined,
    });
    const host = aHost({ open: () => Promise.resolve(serve) });
    host.send('CNXN', 0x01000001, 2 ** 20, 'host::');
    await host.next();
    host.send('OPEN', 7, 0, 'localabstract:chrome_devtools_remote\0');
    const { arg0: id } = await host.next();
    host.send('WRTE', 7, id, 'GET /json/version HTTP/1.1\r\nHost: localhost\r\n\r\n');
    let answer = '';
    while (!answer.includes('User-Agent')) {
      const { command, payload } = await host.next();
      answer += String(payload);
      if (command === 'WRTE') host.send('OKAY', 7, id);
    }
    host.socket.destroy();
    assert.match(answer, /"User-Agent": "Mozilla\/5.0 \(Linux; Android 9; Redmi Note 8\)/);
    // The page names no icon: that is the browser's own question.
    for (const path of ['/?q=kenato+dofaki', '/logo.png', '/results.js', '/favicon.ico'])
      await world?.asked('duckduckgo.com', path);
  });

  it('believes what the phone believes, and goes where the phone goes', async () => {
    const stranger = await makeRoot(systemClock().now());
    const { engine } = await engineOn(stranger.cert);
    await using _ = engine;
    const refused = await engine.load(RESULTS, VISITOR, never);
    assert.equal(!refused.ok && refused.error, 'net::ERR_CERT_AUTHORITY_INVALID');
    const { engine: off } = await engineOn(stranger.cert, ':0');
    const away = await off.load(RESULTS, VISITOR, never);
    assert.equal(!away.ok && away.error, 'net::ERR_INTERNET_DISCONNECTED');
    assert.equal(off.devtools, undefined);
  });
});
