import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../../../harness/lib/fault.ts';
import { loadRom } from '../../../harness/handset/roms/load.ts';

const GOOD = {
  on: 'page-opened',
  row: { url: '{stimulus.url}' },
  send: { host: 'c.example.org' },
  wrap: [{ as: 'json' }],
};

describe('a rule that cannot do what it says', () => {
  it('is not this one', async () => {
    await loading({ rules: [GOOD] });
  });

  for (const [what, collector, expected] of [
    [
      'an unknown stimulus',
      { rules: [{ ...GOOD, on: 'page-opend' }] },
      /rules\[0\]\.on: .*"page-opened"/,
    ],
    [
      'a stimulus that never comes to its ears',
      { rules: [{ ...GOOD, on: 'sms-received', row: '{stimulus.text}' }] },
      /rules\[0\]\.on: sms-received happens in nothing that it hears; allowed: .*page-opened/,
    ],
    [
      'a stimulus of a phone that it does not hear',
      { hears: ['org.example.browser'], rules: [{ ...GOOD, on: 'boot', row: 'x' }] },
      /rules\[0\]\.on: boot happens in nothing that it hears/,
    ],
    [
      'an unknown field',
      { rules: [{ ...GOOD, whan: {} }] },
      /rules\[0\]: whan: there is no such field; allowed: on, idleMs, when/,
    ],
    [
      'an unknown wrapping',
      { rules: [{ ...GOOD, wrap: [{ as: 'json' }, { as: 'gzipp' }] }] },
      /rules\[0\]\.wrap\[1\]\.as: .*gzip, zlib/,
    ],
    [
      'an unknown field of a wrapping',
      { rules: [{ ...GOOD, wrap: [{ as: 'json' }, { as: 'gzip', lvl: 3 }] }] },
      /rules\[0\]\.wrap\[1\]: lvl: there is no such field; allowed: as, level/,
    ],
    [
      'an unknown transport',
      { rules: [{ ...GOOD, transport: { as: 'pigeon' } }] },
      /rules\[0\]\.transport\.as: .*https, http, quic, dns, websocket, tcp/,
    ],
    [
      'an unknown word in a condition',
      { rules: [{ ...GOOD, when: { acount: 'in' } }] },
      /rules\[0\]\.when: acount: there is no such field; allowed: state, stimulus, account/,
    ],
    [
      'a value that a condition cannot have',
      { rules: [{ ...GOOD, when: { account: 'maybe' } }] },
      /rules\[0\]\.when\.account: .*"in"\|"out"/,
    ],
    [
      'a piece of state that no app has',
      { rules: [{ ...GOOD, when: { state: { mod: 'normal' } } }] },
      /rules\[0\]\.when\.state\.mod: .*allowed: .*mode/,
    ],
    [
      'a piece of state that never has that value',
      { rules: [{ ...GOOD, when: { state: { mode: 'private' } } }] },
      /rules\[0\]\.when\.state\.mode: is never private; allowed: normal, incognito/,
    ],
    [
      'a chance of nothing',
      { rules: [{ ...GOOD, when: { chance: 0 } }] },
      /rules\[0\]\.when\.chance: can never be/,
    ],
    [
      'days that end before they begin',
      { rules: [{ ...GOOD, when: { days: { from: 5, below: 5 } } }] },
      /rules\[0\]\.when\.days: no day/,
    ],
    [
      'a condition that its collector rules out',
      { when: { account: 'in' }, rules: [{ ...GOOD, when: [{ account: 'out' }] }] },
      /rules\[0\]\.when: can never hold together/,
    ],
    [
      'a memory that no reply leaves',
      { rules: [{ ...GOOD, when: { memory: { level: 'high' } } }] },
      /rules\[0\]\.when\.memory\.level: no reply/,
    ],
    [
      'a value that the stimulus does not bring',
      { rules: [{ ...GOOD, row: '{stimulus.words}' }] },
      /rules\[0\]: \{stimulus\.words\}: page-opened brings no such value; allowed: package, url/,
    ],
    [
      'a name that stands for nothing',
      { rules: [{ ...GOOD, row: '{device.imei}' }] },
      /rules\[0\]: \{device\.imei\} stands for nothing; allowed: .*identity/,
    ],
    [
      'an identifier that is not declared',
      { rules: [{ ...GOOD, row: '{id.uuid}' }] },
      /rules\[0\]: \{id\.uuid\}: there is no such identifier; there is none/,
    ],
    [
      'a form of a value that there is not',
      { rules: [{ ...GOOD, form: { words: { as: 'host' } } }] },
      /rules\[0\]\.form\.words: page-opened brings no such value; allowed: url/,
    ],
    [
      'a channel that is not there',
      { rules: [{ on: 'page-opened', via: 'events' }] },
      /rules\[0\]\.via: there is no channel called events/,
    ],
    ['no way out', { rules: [{ on: 'page-opened', row: 'x' }] }, /rules\[0\]: needs via/],
    [
      'a batch that is never sent',
      { rules: [{ ...GOOD, batch: {} }] },
      /rules\[0\]\.batch: would never be sent; say afterMs, above or on/,
    ],
    [
      'a wrapping that comes too early',
      { rules: [{ ...GOOD, wrap: [{ as: 'gzip' }, { as: 'json' }] }] },
      /rules\[0\]\.wrap\[1\]: json comes before/,
    ],
    [
      'a GET whose payload stands nowhere',
      { rules: [{ ...GOOD, send: { host: 'c.example.org', method: 'GET' } }] },
      /rules\[0\]\.send\.method: a GET has no body/,
    ],
    [
      'a channel that nothing goes into',
      { channels: { events: { send: { host: 'c.example.org' } } }, rules: [GOOD] },
      /channels\.events: no rule puts anything into it/,
    ],
  ] as const) {
    it(`is refused with its place and what is allowed: ${what}`, async () => {
      await assert.rejects(loading(collector), (error: unknown) => {
        assert.ok(error instanceof Fault);
        assert.equal(error.code, 'rom-invalid');
        assert.match(error.message, expected);
        return true;
      });
    });
  }

  it('is refused in a newer version that the updater has ready, and may ask of a state that only that one has', async () => {
    const state = { switch: { values: ['off', 'on'], default: 'on', keeps: 'until-clear' } };
    const asking = (value: string): object => ({
      name: 'newer',
      source: 'invented',
      rules: [{ ...GOOD, when: { state: { switch: value } } }],
    });
    const newer = { versionName: '2.0', versionCode: 2, state };
    await loading({ rules: [GOOD] }, { ...newer, collectors: [asking('on')] });
    await assert.rejects(
      loading({ rules: [GOOD] }, { ...newer, collectors: [asking('auto')] }),
      /org\.example\.browser 2\.0: collectors\[0\] \(newer\): rules\[0\]\.when\.state\.switch: is never auto/,
    );
    await assert.rejects(
      loading({ rules: [{ ...GOOD, when: { state: { switch: 'on' } } }] }, newer),
      /org\.example\.browser 1\.0: .*state\.switch: no app it hears has such a piece of state/,
    );
  });
});

async function loading(collector: object, update?: object): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'leaklab-test-'));
  const path = join(folder, 'rom.json');
  const app = {
    package: 'org.example.browser',
    versionName: '1.0',
    versionCode: 1,
    label: 'Browser',
    activity: 'org.example.browser/.Main',
    screens: {
      start: [{ screen: 'home' }],
      all: { home: { nodes: [{ text: 'home' }] } },
      browser: { home: 'home', page: 'home', userAgent: 'x', acceptLanguage: 'x' },
    },
    state: { mode: { values: ['normal', 'incognito'], default: 'normal', keeps: 'until-stop' } },
    collectors: [{ name: 'nosy', source: 'invented', ...collector }],
  };
  try {
    await writeFile(
      path,
      JSON.stringify({
        like: 'miui-11-stock',
        name: 'for-a-test',
        apps: [app],
        updates: update ? [{ ...app, ...update }] : [],
      }),
    );
    await loadRom(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}
