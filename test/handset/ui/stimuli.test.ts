import assert from 'node:assert/strict';
import { STIMULI } from '../../../harness/handset/phone/stimulus.ts';
import type { StimulusKind } from '../../../harness/handset/phone/stimulus.ts';
import { aBench, startMint } from './by-hand.ts';
import type { Bench } from './by-hand.ts';

const PAGE = 'https://visited.leaklab.test/dofaki';
const ROM = 'miui-11-mint-3.4.0';

/** The last of its kind: whose it was, and what it brought. */
function told(bench: Bench, kind: StimulusKind): [string, Readonly<Record<string, string>>] {
  const last = bench.told.of(kind).at(-1);
  assert.ok(last, `${kind} was not told`);
  assert.deepEqual(Object.keys(last.values).sort(), [...STIMULI[kind]].sort(), kind);
  return [last.package, last.values];
}

async function onPage(): Promise<Bench> {
  const bench = await aBench(ROM);
  bench.web.serves(PAGE, '<title>Dofaki</title><p>Hello');
  startMint(bench);
  bench.tap('search_hint');
  bench.screen.type(`${PAGE}\n`);
  await bench.told.next('page-finished');
  return bench;
}

const MINT = 'com.mi.globalbrowser.mini';

describe('what a browser hears of', () => {
  it('every keystroke, though nothing is submitted, with what stands in the field then', async () => {
    const bench = await aBench(ROM);
    startMint(bench);
    bench.tap('search_hint');
    bench.screen.type('duk');
    bench.screen.key(29);
    bench.screen.key(67);
    const texts = bench.told.of('text-typed').map(({ values }) => values['text']);
    assert.deepEqual(texts, ['d', 'du', 'duk', 'duka', 'duk']);
    assert.deepEqual(told(bench, 'text-typed'), [MINT, { text: 'duk', field: 'url' }]);
    assert.deepEqual(bench.told.of('word-searched'), []);
  });

  it('a page and its title, reader mode, a copied link, a shared page, a saved one', async () => {
    const bench = await onPage();
    assert.deepEqual(told(bench, 'page-titled'), [MINT, { url: PAGE, title: 'Dofaki' }]);
    bench.tap('Menu');
    bench.tap('Reader mode');
    assert.deepEqual(told(bench, 'reader-opened'), [MINT, { url: PAGE }]);
    bench.screen.key(4);
    bench.tap('Copy link');
    assert.deepEqual(told(bench, 'link-copied'), [MINT, { url: PAGE }]);
    assert.equal(bench.screen.clipboard.text, PAGE);
    bench.tap('Menu');
    bench.tap('Share page');
    assert.deepEqual(told(bench, 'page-shared'), [MINT, { url: PAGE }]);
    bench.tap('Menu');
    bench.tap('Save page');
    assert.deepEqual(told(bench, 'download-started'), [
      MINT,
      { url: PAGE, file: 'dofaki', suffix: '' },
    ]);
    await new Promise(setImmediate);
    assert.match(bench.files.read('/sdcard/Download/dofaki').toString(), /<title>Dofaki/);
  });

  it('an answer that no browser shows is downloaded, and opens no page', async () => {
    const bench = await aBench(ROM);
    const url = `${PAGE}/lumeri.pdf`;
    bench.web.answers.set(url, {
      ok: true,
      status: 200,
      headers: [['Content-Type', 'application/pdf']],
      body: Buffer.from('%PDF-1.4'),
    });
    startMint(bench);
    bench.tap('search_hint');
    bench.screen.type(`${url}\n`);
    await bench.told.next('download-started');
    assert.deepEqual(told(bench, 'download-started'), [
      MINT,
      { url, file: 'lumeri.pdf', suffix: 'pdf' },
    ]);
    assert.deepEqual(bench.told.of('page-finished'), []);
    assert.equal(bench.files.read('/sdcard/Download/lumeri.pdf').toString(), '%PDF-1.4');
  });
});

describe('what the other apps hear of', () => {
  it('a contact that was added, and opened, and called', async () => {
    const bench = await aBench(ROM);
    bench.screen.launch('com.android.contacts');
    bench.tap('Add contact');
    bench.screen.type('Kenato');
    bench.tap('phone');
    bench.screen.type('+33199000001');
    bench.tap('Save');
    const person = { name: 'Kenato', number: '+33199000001' };
    assert.deepEqual(told(bench, 'contact-added'), ['com.android.contacts', person]);
    bench.tap('Kenato');
    assert.deepEqual(told(bench, 'contact-opened'), ['com.android.contacts', person]);
    bench.tap('Call');
    assert.deepEqual(told(bench, 'call-made'), [
      'com.android.contacts',
      { number: '+33199000001' },
    ]);
    assert.match(bench.screen.foreground().activity, /InCallActivity/);
  });

  it('a message that was sent, and one that came', async () => {
    const bench = await aBench(ROM);
    const extras = new Map([['sms_body', 'Gobazu']]);
    const wish = { action: 'android.intent.action.SENDTO', data: 'sms:+33199000002', extras };
    assert.equal(bench.screen.wish({ ...wish, package: undefined }), true);
    assert.equal(bench.screen.foreground().package, 'com.android.mms');
    bench.tap('Send');
    const message = { number: '+33199000002', text: 'Gobazu' };
    assert.deepEqual(told(bench, 'sms-sent'), ['com.android.mms', message]);
    bench.belongings.add('messages', { ...message, box: 'inbox' });
    assert.deepEqual(told(bench, 'sms-received'), ['com.android.mms', message]);
    bench.tap('+33199000002');
    assert.equal(bench.words().filter((word) => word === 'Gobazu').length, 2);
  });

  it('a photo, which holds its caption in Exif, and that it was looked at', async () => {
    const bench = await aBench(ROM);
    bench.screen.launch('com.android.camera');
    bench.tap('comment');
    bench.screen.type('Kenato');
    bench.tap('Shutter');
    const [owner, values] = told(bench, 'photo-taken');
    assert.equal(owner, 'com.android.camera');
    const file = bench.files.read(values['path'] ?? '');
    assert.equal(values['content'], file.toString('base64'));
    assert.deepEqual(file.subarray(0, 4), Buffer.from([0xff, 0xd8, 0xff, 0xe1]));
    assert.ok(file.includes('Exif\0\0MM\0*') && file.includes('Kenato\0'));
    bench.tap('Open Gallery');
    bench.tap(values['name'] ?? '');
    assert.deepEqual(told(bench, 'photo-opened'), [
      'com.miui.gallery',
      { name: values['name'], path: values['path'], comment: 'Kenato' },
    ]);
  });

  it('a mail, a file, folders', async () => {
    const bench = await aBench(ROM);
    bench.files.write('/sdcard/Dofaki/lumeri.txt', 'x');
    bench.screen.launch('com.android.email');
    bench.tap('Compose');
    bench.tap('subject');
    bench.screen.type('Lumeri');
    bench.tap('Send');
    assert.deepEqual(told(bench, 'mail-sent'), [
      'com.android.email',
      { address: '', subject: 'Lumeri', text: '' },
    ]);
    bench.screen.launch('com.mi.android.globalFileexplorer');
    bench.tap('Dofaki');
    const folder = { folder: '/storage/emulated/0/Dofaki' };
    const files = 'com.mi.android.globalFileexplorer';
    assert.deepEqual(told(bench, 'folder-opened'), [files, folder]);
    bench.tap('lumeri.txt');
    assert.deepEqual(told(bench, 'file-opened'), [files, { path: `${folder.folder}/lumeri.txt` }]);
  });

  it('a switch that was moved, in an app and in the settings, where the key follows', async () => {
    const bench = await aBench('miui-11-mint-3.4.3');
    startMint(bench);
    bench.tap('Menu');
    bench.tap('Settings');
    bench.tap('Enhanced incognito mode');
    assert.deepEqual(told(bench, 'toggle-changed'), [
      MINT,
      { name: 'enhancedIncognito', value: 'off' },
    ]);
    bench.screen.launch('com.android.settings', '.Settings$PrivacySettingsActivity');
    bench.settings.delete('secure', 'upload_log_pref');
    bench.tap('User Experience Program');
    assert.equal(bench.settings.get('secure', 'upload_log_pref'), '0');
    bench.tap('User Experience Program');
    assert.equal(bench.settings.get('secure', 'upload_log_pref'), '1');
    bench.tap('Forget my choice');
    assert.equal(bench.settings.get('secure', 'upload_log_pref'), undefined);
  });
});

describe('what the phone hears of', () => {
  it('the status bar, pulled down by a finger; the app in front stays in front', async () => {
    const bench = await aBench(ROM);
    startMint(bench);
    bench.screen.drag({ x: 500, y: 10 }, { x: 500, y: 1200 });
    assert.deepEqual(told(bench, 'status-bar-opened'), ['android', {}]);
    assert.ok(bench.words().includes('No notifications'));
    assert.equal(bench.screen.foreground().package, MINT);
    bench.screen.key(4);
    assert.ok(bench.words().includes('Search or enter web address'));
    assert.deepEqual(bench.told.of('app-closed').at(-1)?.package, 'com.miui.home');
  });

  it('that it starts: every app has ended', async () => {
    const bench = await aBench(ROM);
    startMint(bench);
    bench.screen.restart();
    assert.deepEqual(told(bench, 'boot'), ['android', {}]);
    assert.equal(bench.screen.foreground().package, 'com.miui.home');
  });

  it('an account signed in and out in the screens of the account app', async () => {
    const bench = await aBench(ROM);
    bench.screen.launch('com.android.settings');
    bench.tap('Mi Account');
    assert.match(bench.screen.foreground().activity, /WelcomeActivity/);
    bench.screen.type('gobazu');
    bench.tap('Sign in');
    assert.equal(bench.settings.get('secure', 'mi_account'), 'gobazu');
    assert.match(bench.screen.foreground().activity, /AccountSettingsActivity/);
    bench.tap('Sign out');
    bench.tap('button1');
    assert.equal(bench.settings.get('secure', 'mi_account'), undefined);
  });
});

describe('the app updater', () => {
  it('puts a newer browser in place of the one that runs; what was set stays set', async () => {
    const bench = await aBench(ROM);
    startMint(bench);
    bench.screen.launch('com.xiaomi.mipicks');
    bench.tap('Mint Browser');
    bench.tap('Update');
    assert.equal(bench.told.deeds.at(-1), `replace ${MINT} 3.4.3`);
    bench.screen.launch(MINT);
    assert.ok(bench.words().includes('Search or enter web address'), 'consent was asked again');
    bench.tap('Menu');
    bench.tap('Settings');
    assert.equal(bench.see('Enhanced incognito mode').resourceId, 'android:id/title');
    bench.screen.launch('com.xiaomi.mipicks');
    assert.ok(!bench.words().includes('Mint Browser'));
  });
});

describe('a question of the system', () => {
  it('stands over any screen until it is answered, and the app does not hear of it', async () => {
    const bench = await onPage();
    const before = bench.told.stimuli.filter(({ package: name }) => name === MINT).length;
    assert.equal(bench.screen.ask('permission'), true);
    assert.equal(bench.screen.dialog(), true);
    assert.match(bench.screen.foreground().activity, /GrantPermissionsActivity/);
    bench.screen.key(4);
    assert.equal(bench.screen.dialog(), true);
    bench.tap('Allow');
    assert.equal(bench.see('title').text, 'Dofaki');
    const after = bench.told.stimuli.filter(({ package: name }) => name === MINT).length;
    assert.equal(after, before);
    assert.equal(bench.screen.ask('no-such-question'), false);
  });
});
