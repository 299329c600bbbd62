import assert from 'node:assert/strict';
import { Collector } from '../../../harness/handset/collectors/collector.ts';
import { createCollectors } from '../../../harness/handset/collectors/engine.ts';
import { collectorSchema } from '../../../harness/handset/collectors/rules/rules.ts';
import { Settings } from '../../../harness/handset/phone/settings.ts';
import { seeded } from '../../../harness/lib/seed.ts';
import { MINT, PretendClock, PretendNetwork, romWith, settled, status } from './pretend.ts';

const DAY = 86_400_000;
const SEND = { host: 'c.example.org', path: '/{id.me}' };
const WRAP = [{ as: 'json', slashes: 'plain' }];

async function phoneWith(collector: object) {
  const rules = collectorSchema.parse({ name: 'nosy', source: 'invented', ...collector });
  const rom = await romWith('sensors-analytics-3.4.0');
  const [app] = rom.apps;
  assert.ok(app);
  const clock = new PretendClock();
  const network = new PretendNetwork();
  const settings = new Settings(rom.settings);
  const whole = { ...rom, apps: [{ ...app, collectors: [rules] }] };
  const seen = { rom: whole, clock, network, settings, chance: seeded('test') };
  const collectors = createCollectors(seen);
  const happens = (kind: 'page-opened' | 'app-opened' | 'text-typed', values = {}): void => {
    collectors.notify({ kind, package: MINT, values, state: { mode: 'normal' } });
  };
  const bodies = (): string[] => network.sent.map(({ body }) => body?.toString() ?? '');
  return { clock, network, settings, collectors, happens, bodies, rules, seen, app };
}

const URL_RULE = { on: 'page-opened', row: '{stimulus.url}', via: 'out' };

function withBatch(batch: object): object {
  const send = { host: 'c.example.org' };
  return { channels: { out: { send, wrap: WRAP, batch } }, rules: [URL_RULE] };
}

describe('a collector', () => {
  it('tells each keystroke of what nobody submitted, hashed if its form says so', async () => {
    const form = { text: { as: 'hash', hash: 'sha256', salt: 's', normalise: ['lower'] } };
    const rule = {
      on: 'text-typed',
      row: '{stimulus.text}',
      form,
      send: { host: 'c.example.org' },
      wrap: WRAP,
    };
    const { happens, bodies } = await phoneWith({ rules: [rule] });
    for (const text of ['A', 'AB']) happens('text-typed', { text, field: 'url' });
    await settled();
    // printf sa | sha256sum; printf sab | sha256sum
    assert.deepEqual(bodies(), [
      '"4cf6829aa93728e8f3c97df913fb1bfa95fe5810e2933a05943f8312a98d9cf2"',
      '"ebecac3dbb3428c344df1b9e9656e0648db6b480513e8c763a69b5f0675465d3"',
    ]);
  });

  it('waits for an unmetered network, and sends the backlog when Wi-Fi is back', async () => {
    const batch = { afterMs: 1000, on: ['network-back'], only: 'unmetered' };
    const { clock, settings, collectors, happens, bodies } = await phoneWith(withBatch(batch));
    collectors.notify({ kind: 'app-opened', package: MINT, values: {}, state: {} });
    settings.put('global', 'wifi_on', '0');
    happens('page-opened', { url: 'a' });
    happens('page-opened', { url: 'b' });
    await clock.pass(5000);
    assert.deepEqual(bodies(), []);
    settings.put('global', 'wifi_on', '1');
    await settled();
    assert.deepEqual(bodies(), ['["a","b"]']);
  });

  it('keeps rows over clear-data only where its batch is out of reach of that', async () => {
    for (const [keeps, expected] of [
      ['until-stop', ['["b"]']],
      ['until-clear', ['["b"]']],
      ['until-reset', ['["a","b"]']],
    ] as const) {
      const { clock, collectors, happens, bodies } = await phoneWith(
        withBatch({ afterMs: 1000, keeps }),
      );
      happens('page-opened', { url: 'a' });
      collectors.clear(MINT);
      happens('page-opened', { url: 'b' });
      await clock.pass(1000);
      assert.deepEqual(bodies(), expected, keeps);
    }
  });

  it('calls the phone by names that last as long as they say', async () => {
    const names = async (lives: string): Promise<string> => {
      const rule = { on: 'page-opened', row: 'x', send: SEND, wrap: WRAP };
      const phone = await phoneWith({ identifiers: { me: { as: 'uuid', lives } }, rules: [rule] });
      const { clock, collectors, happens, network } = phone;
      const seen: string[] = [];
      const visit = async (): Promise<void> => {
        happens('page-opened', { url: 'a' });
        await settled();
        const id = network.sent.at(-1)?.url ?? '';
        if (!seen.includes(id)) seen.push(id);
      };
      const steps = [
        visit,
        visit,
        () => {
          collectors.stop(MINT);
          return visit();
        },
        async () => {
          await clock.pass(60 * DAY);
          await visit();
        },
        async () => {
          await clock.pass(60 * DAY);
          await visit();
        },
        async () => {
          await clock.pass(91 * DAY);
          await visit();
        },
        () => {
          collectors.clear(MINT);
          return visit();
        },
        () => {
          collectors.reset();
          return visit();
        },
      ];
      const counts: number[] = [];
      for (const step of steps) {
        await step();
        counts.push(seen.length);
      }
      return counts.join(' ');
    };
    assert.equal(await names('request'), '1 2 3 4 5 6 7 8');
    assert.equal(await names('session'), '1 1 2 2 2 2 3 4');
    assert.equal(await names('install'), '1 1 1 1 1 1 2 3');
    assert.equal(await names('90-days'), '1 1 1 1 2 3 4 5');
    assert.equal(await names('90-days-as-coded'), '1 1 1 1 1 2 3 4');
    assert.equal(await names('until-reset'), '1 1 1 1 1 1 1 2');
    assert.equal(await names('hardware'), '1 1 1 1 1 1 1 1');
  });

  it('does what a server’s reply tells it to, and only so deep', async () => {
    const ask = {
      on: 'app-opened',
      send: { host: 'c.example.org', method: 'GET' },
      reply: { remember: { level: { at: 'a.level' } } },
    };
    const more = {
      on: 'server-replied',
      when: { memory: { level: 'high' } },
      row: 'again',
      send: { host: 'd.example.org' },
      wrap: WRAP,
    };
    const { network, happens } = await phoneWith({ rules: [ask, more] });
    network.answer = () => status(200, '{"a":{"level":"high"}}');
    happens('app-opened');
    for (const _ of Array(10)) await settled();
    assert.deepEqual(
      network.sent.map(({ url }) => new URL(url).host),
      ['c.example.org', ...Array<string>(3).fill('d.example.org')],
    );
  });

  it('finds out that nobody touches the phone, and who signs in', async () => {
    const idle = { on: 'idle', idleMs: 60_000, row: 'idle', via: 'out' };
    const account = { on: 'account-signed-in', row: '{stimulus.account}', via: 'out' };
    const channels = { out: { send: { host: 'c.example.org' }, wrap: WRAP } };
    const { clock, settings, happens, bodies } = await phoneWith({
      channels,
      rules: [idle, account],
    });
    happens('app-opened');
    await clock.pass(59_000);
    happens('page-opened', { url: 'a' });
    await clock.pass(59_000);
    assert.deepEqual(bodies(), []);
    await clock.pass(1000);
    settings.put('secure', 'mi_account', '1234');
    await settled();
    assert.deepEqual(bodies(), ['"idle"', '"1234"']);
  });

  it('takes its chance as often as it says', async () => {
    const rule = { ...URL_RULE, when: { chance: 0.3 } };
    const channels = { out: { send: { host: 'c.example.org' }, wrap: WRAP } };
    const { happens, bodies } = await phoneWith({ channels, rules: [rule] });
    for (let at = 0; at < 1000; at++) happens('page-opened', { url: String(at) });
    for (const _ of Array(5)) await settled();
    // Four standard deviations.
    assert.ok(Math.abs(bodies().length - 300) < 58, String(bodies().length));
  });

  it('of another package is not heard, unless it hears the whole phone', async () => {
    const { rules, seen, app } = await phoneWith({
      channels: { out: { send: SEND } },
      rules: [URL_RULE],
    });
    assert.equal(new Collector(seen, app, rules).hears('org.example'), false);
    assert.equal(new Collector(seen, app, { ...rules, hears: 'phone' }).hears('org.example'), true);
  });
});
