import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waysOf } from '../../../harness/gather/trial/asides/ways.ts';
import type { Exchange } from '../../../harness/record/exchange.ts';
import { entryNamed, oneRun } from '../one-run.ts';
import { visits } from './visits.ts';

const PROFILE = fileURLToPath(new URL('profiles/every-way.json', import.meta.url));

/** An emulated phone in a network of ours whose browser tells everything by ways that no proxy hears. */
describe('a reference handset behind a gateway', function behindAGateway() {
  this.timeout(120_000);

  it('pins, tries QUIC, tunnels over DNS, ignores the proxy and talks raw TCP: all of it is in the ledger, and silence is no answer', async function everyWay() {
    if (userInfo().uid !== 0) this.skip();
    const like = await entryNamed('reference-mint-3.4.3');
    const rom = { ...like.rom, build: 'V11.0.0.9.EVERYWAY' };
    const entry = { ...like, name: 'every-way', handset: PROFILE, rom, listen: 'gateway' as const };
    const { judged, trials } = await oneRun(visits, entry, ['mint', '3.4.3']);

    for (const { record, lines } of trials) {
      const { id, void: reasons, coverage, soleWayOut } = record;
      assert.deepEqual([id, reasons, coverage?.why, soleWayOut], [id, [], [], true]);
      const told = new Map<string, string>();
      for (const line of lines) {
        const named = line.host.endsWith('.example.org') && wayOf(line);
        if (named) told.set(line.host.replace(/^[0-9a-f]{32}\./, ''), named);
      }
      // Android 9 lets the shell read whose a connection is: the browser's, told of each request that it made itself.
      const senders = lines.filter(({ kind }) => kind === 'http').map(({ sender }) => sender);
      assert.ok(senders.includes('com.mi.globalbrowser.mini'), senders.join());
      assert.deepEqual(Object.fromEntries(told), {
        'ignores.example.org': 'http',
        'pins.example.org': 'unread',
        'quic.example.org': 'unread: quic',
        'raw.example.org': 'raw',
        'sealed-raw.example.org': 'unread',
        'tunnels.example.org': 'dns',
      });
    }
    // And it looked for others in its network, under either condition: each try is a finding, and led nowhere.
    // Of a connection that is over before the phone is asked, nobody knows whose it was: that is a row of its own.
    const looked = new Map<string, number>();
    for (const { condition, origin, host, range, ports, seen, sound, stamp } of judged.verdicts
      .probes) {
      assert.ok(seen > 0 && seen <= sound);
      const whose = `${condition['mode'] ?? ''}: ${origin} → ${host} ${range} ${ports.join()}, of ${String(sound)} ${stamp}`;
      looked.set(whose, (looked.get(whose) ?? 0) + seen);
    }
    const sound = (mode: string): number =>
      trials.filter(({ record }) => record.sound && record.condition['mode'] === mode).length;
    const wanted = ['incognito', 'normal'].flatMap((mode) => [
      `${mode}: native → 192.168.1.1 private 8080, of ${String(sound(mode))} REFERENCE HANDSET`,
      `${mode}: unknown → 169.254.169.254 link-local 7000, of ${String(sound(mode))} REFERENCE HANDSET`,
    ]);
    assert.deepEqual([...looked.keys()].sort(), wanted);
    for (const [whose, seen] of looked) {
      const mode = whose.slice(0, whose.indexOf(':'));
      assert.ok(seen >= sound(mode), `${whose}: in each sound trial`);
    }
    // Our own app is heard there by the ways that no proxy hears, too.
    const [block] = judged.verdicts.blocks;
    assert.deepEqual(
      [block?.ownApp?.missed, block?.ownApp?.unsent, block?.ownApp?.void],
      [[], [], []],
    );
    assert.equal(block?.ownApp?.found.length, waysOf({ gateway: true }).length);
    const { verdicts } = judged.verdicts;
    const answered = new Set(verdicts.map(({ host, answer }) => `${answer} ${host ?? 'anyone'}`));
    // Of a tunnel the recipient is whoever answers for the names, not each name.
    assert.deepEqual(
      [...answered].filter((one) => one.startsWith('leaks')).sort(),
      ['ignores', 'raw', 'tunnels'].map((way) => `leaks ${way}.example.org`),
    );
    for (const { answer, host, reasons } of verdicts) {
      assert.notEqual(answer, 'not seen');
      if (host === null) assert.ok(reasons.includes('unread'), reasons.join());
    }
  });

  it('tells what the instrument changes: who is spoken to without it, with it, and two days later, side by side', async function arms() {
    if (userInfo().uid !== 0) this.skip();
    const folder = await mkdtemp(join(tmpdir(), 'leaklab-arms-'));
    await using held = new AsyncDisposableStack();
    held.defer(() => rm(folder, { recursive: true, force: true }));
    const when = (host: string, condition: object): object => ({
      on: 'page-opened',
      when: condition,
      row: { value: 'told' },
      send: { host },
      wrap: [{ as: 'json' }],
    });
    // An app that notices the automation by a setting of Appium's, and one that waits for its second day.
    const rules = [
      when('watched.example', { settings: { 'global.hidden_api_policy': '1' } }),
      when('alone.example', { settings: { 'global.hidden_api_policy': null } }),
      when('old.example', { days: { from: 2 } }),
    ];
    const noticing = { name: 'noticing', source: 'invented for this test', rules };
    const apps = ['miui', { like: 'mint-browser-3.4.3', collectors: [noticing] }];
    const handset = join(folder, 'noticing.json');
    await writeFile(
      handset,
      JSON.stringify({ like: 'miui-11-mint-3.4.3', name: 'noticing', apps }),
    );
    const like = await entryNamed('reference-mint-3.4.3');
    const entry = { ...like, handset, listen: 'gateway' as const };
    const { judged, asides } = await oneRun(visits, entry, ['mint', '3.4.3']);

    assert.deepEqual(
      asides.map(({ id, void: why }) => [id.replace(/^reference-mint-3\.4\.3-/, ''), why]),
      [
        ['bare', []],
        ['known', []],
        ['instrumented', []],
        ['aged', []],
      ],
    );
    const [row] = judged.verdicts.arms;
    const spoken = row?.hosts.map((one) => [one.host, Object.keys(one.in)]);
    assert.deepEqual(spoken, [
      ['alone.example', ['bare']],
      ['example.org', ['bare', 'instrumented', 'aged']],
      ['old.example', ['aged']],
      ['watched.example', ['instrumented', 'aged']],
    ]);
    // Nobody's certificate is replaced where nothing is read: every connection is carried on as it is.
    const bare = asides.find(({ aside }) => aside?.kind === 'visit' && aside.arm === 'bare');
    assert.deepEqual([bare?.reach, bare?.coverage?.byClass['decrypted']?.flows], ['none', 0]);
    assert.deepEqual(
      bare?.coverage?.tls.map((one) => one.with).filter((one) => one !== 'server'),
      [],
    );
    assert.ok(row?.arms.every(({ all }) => all.bytesUp > 0 && all.bytesDown > 0));
  });
});

/** What the last line of a host says of it; its name was asked for as well. */
function wayOf({ kind, why, host }: Exchange): string | null {
  if (kind === 'dns') return host.includes('tunnels') ? 'dns' : null;
  return kind === 'unread' && why === 'quic' ? 'unread: quic' : kind;
}
