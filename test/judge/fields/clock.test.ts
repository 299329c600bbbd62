import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inWords } from '../../../harness/judge/fields/classes.ts';
import { Fields } from '../../../harness/judge/fields/fields.ts';
import { makeSearch } from '../../../harness/judge/sightings/sightings.ts';
import { aBlock, aBody, anExchange, aTrial } from '../../builders.ts';
import { romWith } from '../../handset/collectors/pretend.ts';
import { uuidOf } from '../compare/records.ts';
import { fieldsOf, live } from './phone.ts';

const DAY = 86_400_000;

/** Of a body {"me": …} that a phone sends over and over, with what was done to it in between. */
async function classOf(
  me: (phone: {
    readonly ahead: number;
    readonly trial: number;
    readonly request: number;
  }) => unknown,
  { turns = true }: { readonly turns?: boolean } = {},
): Promise<string | undefined> {
  const first = Date.UTC(2026, 10, 25, 12);
  // Each trial: cleared, started, two reports, the clock two days on, two reports; put back by the next wash-out.
  const trials = [0, 1, 2].map((i) => {
    const begins = first + i * 100_000;
    return aTrial({
      id: `phone-0${i + 1}`,
      replicate: i + 1,
      planted: {},
      timings: { 'wash out': begins, 'make ready': begins + 1_000, steps: begins + 5_000 },
      rungs: turns ? [{ at: begins + 40_000, rung: 'clock', days: 2 }] : [],
    });
  });
  const fields = new Fields([aBlock()], trials, () => false);
  const search = makeSearch<never>([], { fields: true });
  for (const [i, trial] of trials.entries()) {
    for (const [j, second] of [10, 20, 50, 60].entries()) {
      const at = first + i * 100_000 + second * 1_000;
      const ahead = turns && second > 40 ? 2 : 0;
      const body = JSON.stringify({ me: me({ ahead, trial: i, request: at + ahead * DAY }) });
      const exchange = anExchange({ method: 'POST', requestBody: aBody(body), at });
      const searched = await search.exchange(exchange, (one) =>
        'base64' in one ? Buffer.from(one.base64, 'base64') : null,
      );
      fields.note(trial, { exchange, line: j + 1, ...searched });
    }
  }
  const row = fields.table().blocks[0]?.fields.find(({ field }) => field === '$.me');
  return row && inWords(row);
}

describe("a field that moves with the phone's clock", () => {
  it('is by the clock where it is another one whenever the clock is, and the same again when it is put back', async () => {
    assert.equal(await classOf(({ ahead }) => uuidOf('day', String(ahead))), 'by the clock');
    assert.equal(await classOf(({ ahead }) => 20_782 + ahead), 'by the clock');
  });

  it('is a timestamp where it names the time, however far the clock was set on', async () => {
    assert.equal(await classOf(({ request }) => request), 'timestamp');
    assert.equal(await classOf(({ ahead }) => `2026-11-${25 + ahead}`), 'timestamp');
  });

  it('is renewed by it where data that are cleared take it with them as well', async () => {
    assert.equal(
      await classOf(({ ahead, trial }) => uuidOf(String(trial), String(ahead))),
      "per-session or per-install: undetermined, renewed by the phone's clock",
    );
    // Another one at the first turn only, kept since.
    assert.equal(
      await classOf(({ ahead, trial }) => uuidOf(trial === 0 && ahead === 0 ? 'old' : 'new')),
      "constant or hardware: undetermined, renewed by the phone's clock",
    );
  });

  it('keeps its class where the clock changes nothing', async () => {
    assert.equal(await classOf(() => uuidOf('me')), 'constant or hardware: undetermined');
    assert.equal(
      await classOf(({ trial }) => uuidOf(String(trial))),
      'per-session or per-install: undetermined',
    );
  });

  it('is not called by the clock where nobody set it on', async () => {
    const seen = await classOf(({ request }) => uuidOf(String(Math.floor(request / 40_000))), {
      turns: false,
    });
    assert.equal(seen, 'content');
  });

  it('shows in the names of the handset that are kept 90 days, and in no others', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leaklab-test-'));
    try {
      const path = join(folder, 'kept.json');
      const lives = ['session', 'install', '90-days', 'until-reset', 'hardware'] as const;
      const named = (one: string): string => `x${one.replaceAll('-', '')}`;
      await writeFile(
        path,
        JSON.stringify({
          name: 'kept',
          source: 'a test',
          identifiers: Object.fromEntries(
            lives.map((one) => [named(one), { as: 'uuid', lives: one }]),
          ),
          channels: {
            events: {
              row: {
                ...Object.fromEntries(lives.map((one) => [one, `{id.${named(one)}}`])),
                time: '{now}',
              },
              send: { host: 'collector.example', path: '/v1/report' },
              wrap: [{ as: 'json' }],
              batch: { afterMs: 500 },
            },
          },
          rules: [{ on: 'page-opened', row: {}, via: 'events' }],
        }),
      );
      const rom = await romWith([path], { androidId: '5f0c1d7be2a94836', serial: '7c1e20a49b53' });
      const reports = ['report', 'report'] as const;
      const visit = ['data cleared', ...reports, 'app start', ...reports] as const;
      const turned = ['clock', ...reports, 'clock'] as const;
      const lived = await live('phone-1', rom, [
        ...visit,
        ...turned,
        ...visit,
        ...turned,
        ...visit,
      ]);
      const fields = (await fieldsOf([lived])).blocks[0]?.fields ?? [];
      const classes = lives.map((one) => {
        const row = fields.find(({ field }) => field === `$[].${one}`);
        return [one, row && inWords(row)];
      });
      assert.deepEqual(classes, [
        ['session', 'per-session'],
        ['install', 'per-install'],
        ['90-days', "per-install, renewed by the phone's clock"],
        ['until-reset', 'constant or hardware: undetermined'],
        ['hardware', 'constant or hardware: undetermined'],
      ]);
      const time = fields.find(({ field }) => field === '$[].time');
      assert.equal(time && inWords(time), 'timestamp');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
