import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inWords } from '../../../harness/judge/fields/classes.ts';
import type { FieldTable } from '../../../harness/judge/fields/table.ts';
import type { Rom } from '../../../harness/handset/roms/rom.ts';
import { romWith } from '../../handset/collectors/pretend.ts';
import { fieldsOf, live } from './phone.ts';

/** The whole ladder: every rung climbed by itself at least twice, with reports on both sides of each. */
const REPORTS = ['report', 'report', 'report'] as const;
const LADDER = [
  'app start',
  ...REPORTS,
  'app start',
  ...REPORTS,
  'a day',
  ...REPORTS,
  'account change',
  ...REPORTS,
  'reboot',
  ...REPORTS,
  'app start',
  ...REPORTS,
  'data cleared',
  ...REPORTS,
  'app start',
  ...REPORTS,
  'data cleared',
  ...REPORTS,
  'reboot',
  ...REPORTS,
  'factory reset',
  ...REPORTS,
  'app start',
  ...REPORTS,
  'factory reset',
  ...REPORTS,
] as const;

/** What the handset's collectors can call a phone, by how long it lives. */
const LIVES = [
  'request',
  'session',
  'install',
  '90-days',
  '90-days-as-coded',
  'until-reset',
  'hardware',
] as const;

function everyLife(): object {
  const row = Object.fromEntries(
    LIVES.map((lives) => [lives, `{id.x${lives.replaceAll('-', '')}}`]),
  );
  return {
    name: 'every-life',
    source: 'a test',
    identifiers: Object.fromEntries(
      LIVES.map((lives) => [`x${lives.replaceAll('-', '')}`, { as: 'uuid', lives }]),
    ),
    channels: {
      events: {
        row: { ...row, time: '{now}', url: '', same: 'a word' },
        send: { host: 'collector.example', path: '/v1/report' },
        wrap: [{ as: 'json' }, { as: 'gzip' }],
        batch: { afterMs: 500 },
      },
    },
    rules: [{ on: 'page-opened', row: { url: '{stimulus.url}' }, via: 'events' }],
  };
}

describe('the classes of a field, on collectors whose identifiers are known', () => {
  let folder = '';
  let phones: Rom[] = [];
  let table: FieldTable;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leaklab-test-'));
    const path = join(folder, 'every-life.json');
    await writeFile(path, JSON.stringify(everyLife()));
    const collectors = [path, 'sensors-analytics-3.4.0', 'onetrack-v4-o'];
    phones = await Promise.all([
      romWith(collectors, { androidId: '5f0c1d7be2a94836', serial: '7c1e20a49b53' }),
      romWith(collectors, { androidId: '9774d56d682e549c', serial: '1b5520a4aa01' }),
    ]);
    const lives = await Promise.all(phones.map((rom, i) => live(`phone-${i + 1}`, rom, LADDER)));
    table = await fieldsOf(lives);
  });

  after(() => rm(folder, { recursive: true }));

  const classOf = (endpoint: RegExp, field: string): string | undefined => {
    const row = table.blocks[0]?.fields.find(
      (one) => endpoint.test(one.endpoint) && one.field === field,
    );
    return row && inWords(row);
  };

  it('names how long each identifier of the handset lives', () => {
    const own = LIVES.map((lives) => [lives, classOf(/collector\.example/, `$[].${lives}`)]);
    assert.deepEqual(own, [
      ['request', 'per-request'],
      ['session', 'per-session'],
      ['install', 'per-install'],
      ['90-days', 'per-install, renewed after a time'],
      ['90-days-as-coded', 'per-install, renewed after a time'],
      ['until-reset', 'until factory reset'],
      ['hardware', 'hardware'],
    ]);
  });

  it('tells times, addresses and constants from identifiers', () => {
    assert.equal(classOf(/collector\.example/, '$[].time'), 'timestamp');
    assert.equal(classOf(/collector\.example/, '$[].same'), 'constant');
    assert.equal(classOf(/collector\.example/, '$[].url'), 'content');
  });

  it('reads the format of Sensors Analytics: the anonymous id, ANDROID_ID, time and chance', () => {
    const at = /sa\.api\.intl\.miui\.com\/sa/;
    assert.deepEqual(
      [
        'distinct_id',
        'properties.uuid',
        'properties.$device_id',
        'time',
        '_flush_time',
        '_track_id',
        'properties.$model',
        'properties.$lib_version',
        'event',
      ].map((field) => [field, classOf(at, `data_list.$[].${field}`)]),
      [
        ['distinct_id', 'per-install, renewed after a time'],
        ['properties.uuid', 'per-install, renewed after a time'],
        ['properties.$device_id', 'hardware'],
        ['time', 'timestamp'],
        ['_flush_time', 'timestamp'],
        ['_track_id', 'per-request'],
        ['properties.$model', 'constant'],
        ['properties.$lib_version', 'constant'],
        ['event', 'content'],
      ],
    );
  });

  it('reads the format of OneTrack in plain JSON', () => {
    const at = /\/track\/v4\/o/;
    assert.equal(classOf(at, '$[].H.instance_id'), 'per-install');
    assert.equal(classOf(at, '$[].H.e_ts'), 'timestamp');
    assert.equal(classOf(at, '$[].H.app_id'), 'constant');
  });

  it('joins what is renewed to what stays, where one event carries both', () => {
    const links =
      table.blocks[0]?.links.map(({ fields }) => fields.map(({ field }) => field).sort()) ?? [];
    const has = (one: string, other: string): boolean =>
      links.some((pair) => pair.join(' ') === [one, other].sort().join(' '));
    assert.ok(has('data_list.$[].distinct_id', 'data_list.$[].properties.$device_id'));
    assert.ok(has('$[].install', '$[].hardware'));
    assert.ok(!has('$[].install', '$[].request'), 'what is new each time joins nothing');
    assert.ok(
      !has('data_list.$[].distinct_id', 'data_list.$[].properties.uuid'),
      'one value under two names is no link',
    );
  });

  it('says no more than one phone can show', async () => {
    const [rom] = phones;
    assert.ok(rom);
    const alone = await fieldsOf([await live('phone-1', rom, LADDER)]);
    const row = alone.blocks[0]?.fields.find(({ field }) => field === '$[].hardware');
    assert.equal(row && inWords(row), 'constant or hardware: undetermined');
  });

  it('says no more than the rungs that were climbed can show', async () => {
    const [rom] = phones;
    assert.ok(rom);
    const word = async (
      days: Parameters<typeof live>[2],
      field: string,
    ): Promise<string | undefined> => {
      const few = await fieldsOf([await live('phone-1', rom, days)]);
      const row = few.blocks[0]?.fields.find((one) => one.field === field);
      return row && inWords(row);
    };
    const started = ['app start', ...REPORTS, 'app start', ...REPORTS] as const;
    const cleared = ['data cleared', ...REPORTS, 'data cleared', ...REPORTS] as const;
    assert.equal(await word(['report'], '$[].install'), 'undetermined');
    assert.equal(await word(REPORTS, '$[].install'), 'constant to per-session: undetermined');
    assert.equal(await word(started, '$[].install'), 'constant to per-install: undetermined');
    assert.equal(await word(started, '$[].session'), 'per-session');
    assert.equal(await word(cleared, '$[].install'), 'per-session or per-install: undetermined');
    assert.equal(await word(cleared, '$[].untilreset'), undefined);
    assert.equal(await word(cleared, '$[].until-reset'), 'constant or hardware: undetermined');
  });
});
