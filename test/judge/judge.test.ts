import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { askedAgain } from '../../harness/record/aside.ts';
import { mint } from '../../harness/canary.ts';
import { seeded } from '../../harness/lib/seed.ts';
import type { Judged, RunRecord } from '../../harness/judge/judge.ts';
import { judge } from '../../harness/judge/judge.ts';
import type { Exchange } from '../../harness/record/exchange.ts';
import type { TrialRecord } from '../../harness/record/trial.ts';
import { explain } from '../../harness/judge/words/block.ts';
import { platformInWords } from '../../harness/judge/words/outside.ts';
import { report as inWords } from '../../harness/judge/words/report.ts';
import { verdictsSchema } from '../../harness/judge/verdicts/shape.ts';
import type { Verdict } from '../../harness/judge/verdicts/shape.ts';
import {
  aBlock,
  aBody,
  aContrast,
  aPlan,
  aTrial,
  anExchange,
  twelvePairs,
  valueOf,
} from '../builders.ts';

const NORMAL = { mode: 'normal' };
const INCOGNITO = { mode: 'incognito' };
const COLLECTOR = 'sa.api.intl.miui.com';

/** What a trial's phone sent: the visit itself, and whatever the test adds. */
type Sent = (trial: TrialRecord) => Exchange[];

function aRun(trials: TrialRecord[], sent: Sent, differs: Partial<RunRecord> = {}): RunRecord {
  return {
    plan: aPlan(),
    ledgerHead: 'f'.repeat(64),
    codeVersion: '0.1.0',
    devices: [
      {
        device: 'phone',
        browserName: 'mint',
        reference: true,
        stamp: 'REFERENCE HANDSET',
        rom: 'MIUI V11.0.6 global',
        browser: 'Mint Browser',
        appVersion: '3.4.0',
        reach: 'content',
      },
    ],
    trials,
    exchanges: (id) => {
      const trial = trials.find((one) => one.id === id);
      return trial ? [visit(trial), ...sent(trial)] : [];
    },
    body: (body) => ('base64' in body ? Buffer.from(body.base64, 'base64') : null),
    ...differs,
  };
}

function visit(trial: TrialRecord): Exchange {
  const url = valueOf(trial, 'visited page');
  return anExchange({ id: 'visit', host: 'visited.leaklab.test', url });
}

/** The collector's report of a page load, as the SDK of 2020 packs it. */
function report(trial: TrialRecord, differs: Partial<Exchange> = {}): Exchange {
  const events = [
    { distinct_id: `id-${trial.id}`, properties: { url: valueOf(trial, 'visited page') } },
  ];
  const data = gzipSync(JSON.stringify(events)).toString('base64');
  return anExchange({
    id: 'report',
    host: COLLECTOR,
    method: 'POST',
    url: `https://${COLLECTOR}/sa?project=global_browser_mini`,
    requestHeaders: [['User-Agent', 'Dalvik/2.1.0 (Linux; U; Android 9; Redmi Note 8)']],
    requestBody: aBody(`crc=1&gzip=1&data_list=${encodeURIComponent(data)}`),
    ...differs,
  });
}

async function rowsFor(
  record: RunRecord,
  canary: string,
  condition: Record<string, string>,
): Promise<Verdict[]> {
  const { verdicts } = await judge(record);
  return verdicts.verdicts.filter(
    (row) => row.canary === canary && row.condition['mode'] === condition['mode'],
  );
}

const leaksInNormal: Sent = (trial) =>
  trial.condition['mode'] === 'normal' ? [report(trial)] : [];

describe('judging a run', () => {
  it('answers leaks where the canary reached the collector, and not seen where it did not', async () => {
    const record = aRun(twelvePairs(NORMAL, INCOGNITO), leaksInNormal);
    const [leaking] = await rowsFor(record, 'visited page', NORMAL);
    assert.deepEqual(
      { ...leaking, evidence: leaking?.evidence.slice(0, 1) },
      {
        scenario: 'incognito',
        device: 'phone',
        reference: true,
        rom: 'MIUI V11.0.6 global',
        browser: 'Mint Browser',
        browserName: 'mint',
        appVersion: '3.4.0',
        reach: 'content',
        canary: 'visited page',
        host: COLLECTOR,
        recipientClass: 'maker',
        condition: { mode: 'normal' },
        answer: 'leaks',
        seen: 12,
        sound: 12,
        void: 0,
        late: 0,
        order: '●●●●●●●●●●●●',
        rate: [0.7353515306, 1],
        bounds: null,
        reasons: [],
        forms: ['exact'],
        origin: 'native',
        sender: null,
        evidence: [
          {
            share: 'the whole: 45 characters',
            trial: 'phone-01',
            exchange: 'report',
            where: 'request.body',
            wrappings: ['form:data_list', 'base64', 'gzip', 'json:$[0].properties.url'],
            alongside: [
              { field: 'distinct_id', class: 'per-request to per-install: undetermined' },
            ],
            form: 'exact',
            line: 2,
            request: `POST https://${COLLECTOR}/sa`,
            afterSeconds: 1.8,
            carryOver: null,
          },
        ],
        originFrom: "sent by an app's own client (Dalvik/2.1.0), no page named",
        voidReasons: [],
        unsearched: [],
        stamp: 'REFERENCE HANDSET',
        read: 1,
      },
    );
    const silent = await rowsFor(record, 'visited page', INCOGNITO);
    assert.deepEqual(
      silent.map(({ host, answer, seen, sound, order, reasons }) => ({
        host,
        answer,
        seen,
        sound,
        order,
        reasons,
      })),
      [
        {
          host: COLLECTOR,
          answer: 'not seen',
          seen: 0,
          sound: 12,
          order: '○○○○○○○○○○○○',
          reasons: [],
        },
        { host: null, answer: 'not seen', seen: 0, sound: 12, order: '○○○○○○○○○○○○', reasons: [] },
      ],
    );
    assert.deepEqual(silent[1]?.bounds, {
      visits: 0.2209221919,
      withVoids: 0.2209221919,
      simultaneous: 0.2646484694,
      phones: 0.95,
      ofPhones: 1,
      sensitivity: null,
    });
  });

  it('leaves out the row for all recipients where one recipient leaks, and keeps every condition otherwise', async () => {
    const { verdicts } = await judge(aRun(twelvePairs(NORMAL, INCOGNITO), leaksInNormal));
    assert.deepEqual(
      verdicts.verdicts.map(({ canary, host, condition, answer }) => [
        canary,
        condition['mode'],
        host,
        answer,
      ]),
      [
        ['visited page', 'normal', COLLECTOR, 'leaks'],
        ['visited page', 'incognito', COLLECTOR, 'not seen'],
        ['visited page', 'incognito', null, 'not seen'],
        ['search words', 'normal', null, 'not seen'],
        ['search words', 'incognito', null, 'not seen'],
      ],
    );
  });

  it('gives the same bytes for the same record, in the shape that readers know', async () => {
    const record = aRun(twelvePairs(NORMAL, INCOGNITO), leaksInNormal);
    const [once, again] = [await judge(record), await judge(record)];
    assert.equal(JSON.stringify(once), JSON.stringify(again));
    assert.deepEqual(
      verdictsSchema.parse(JSON.parse(JSON.stringify(once.verdicts))),
      once.verdicts,
    );
  });

  it('tells every sighting, also those that repeat one, and answers the same as from the first', async () => {
    const once = aRun(twelvePairs(NORMAL, INCOGNITO), leaksInNormal);
    const often: Sent = (trial) =>
      leaksInNormal(trial).flatMap((one) => [
        one,
        { ...one, id: 'again' },
        { ...one, id: 'third' },
      ]);
    const [told, more] = [await judge(once), await judge(aRun([...once.trials], often))];
    const reports = (sightings: typeof told.sightings): string[] =>
      sightings.filter(({ host }) => host === COLLECTOR).map(({ exchange }) => exchange);
    assert.equal(reports(told.sightings).length, 12);
    assert.deepEqual(reports(more.sightings).slice(0, 3), ['report', 'again', 'third']);
    assert.equal(reports(more.sightings).length, 36);
    // What travelled beside it is better known from more requests, and so not compared.
    const answers = ({ verdicts }: Judged): object[] =>
      verdicts.verdicts.map(({ evidence, ...row }) => ({
        ...row,
        evidence: evidence.map(({ trial, exchange, line }) => ({ trial, exchange, line })),
      }));
    assert.deepEqual(answers(more), answers(told));
  });

  it('does not hold against a host what the canary must reach', async () => {
    const record = aRun(twelvePairs(NORMAL, INCOGNITO), (trial) => [
      anExchange({
        host: 'www.google.com',
        url: `https://www.google.com/search?q=${valueOf(trial, 'search words').replaceAll(' ', '+')}`,
      }),
    ]);
    const rows = await rowsFor(record, 'search words', NORMAL);
    assert.deepEqual(
      rows.map(({ host, answer }) => [host, answer]),
      [[null, 'not seen']],
    );
  });

  it('holds a name with the canary against whoever answers for the rest, unless the canary may reach its names', async () => {
    const molds = { 'name of a host': 'host' } as const;
    const trials = twelvePairs(NORMAL, INCOGNITO).map((trial) => {
      const canaries = mint(molds, { run: 'run-1', seed: 'seed', trial: trial.id });
      return { ...trial, canaries, planted: { 'name of a host': 3_200 } };
    });
    const names: Sent = (trial) => {
      const [label] = trial.canaries.map(({ value }) => value);
      const site = 'visited.leaklab.test';
      return [
        anExchange({ host: `${label ?? ''}.${site}` }),
        anExchange({ host: `${label ?? ''}.tunnels.example` }),
      ];
    };
    const named = { 'name of a host': ['.visited.leaklab.test'] };
    const plan = aPlan({ canaries: { ...molds }, mayReach: named });
    const nothing: Sent = () => [];
    const leaking = async (sent: Sent): Promise<(string | null)[]> => {
      const record = {
        ...aRun(trials, sent),
        plan,
        exchanges: (id: string) => trials.filter((one) => one.id === id).flatMap(sent),
      };
      const rows = await rowsFor(record, 'name of a host', NORMAL);
      return rows.filter(({ answer }) => answer === 'leaks').map(({ host }) => host);
    };
    assert.deepEqual(await leaking(nothing), []);
    assert.deepEqual(await leaking(names), ['tunnels.example']);
    const toTheSite: Sent = (trial) => [
      ...names(trial),
      anExchange({
        host: 'visited.leaklab.test',
        requestBody: aBody(trial.canaries[0]?.value ?? ''),
      }),
    ];
    assert.deepEqual(await leaking(toTheSite), ['tunnels.example', 'visited.leaklab.test']);
  });

  it('does not take a canary in a response for a leak', async () => {
    const record = aRun(twelvePairs(NORMAL, INCOGNITO), (trial) => [
      anExchange({ responseBody: aBody(valueOf(trial, 'search words')) }),
    ]);
    const rows = await rowsFor(record, 'search words', NORMAL);
    assert.deepEqual(
      rows.map(({ host, answer }) => [host, answer]),
      [[null, 'not seen']],
    );
  });
});

describe('what forbids "not seen"', () => {
  const reasonsOf = async (record: RunRecord): Promise<string[] | undefined> => {
    const rows = await rowsFor(record, 'search words', INCOGNITO);
    return rows.find(({ host }) => host === null)?.reasons;
  };
  const silent: Sent = () => [];
  const once =
    (exchange: Partial<Exchange>): Sent =>
    (trial) =>
      trial.id === 'phone-02' ? [anExchange({ host: COLLECTOR, ...exchange })] : [];
  const random = seeded('opaque').bytes(400);

  it('is nothing in a complete record', async () => {
    assert.deepEqual(await reasonsOf(aRun(twelvePairs(NORMAL, INCOGNITO), silent)), []);
  });

  it('is what our own app on the device sent and nobody found, until all of it is found', async () => {
    const ways = ['gzip', 'hex', 'cbor'];
    const canaries = mint(Object.fromEntries(ways.map((way) => [way, 'page' as const])), {
      run: 'run-1',
      seed: 'seed',
      trial: 'phone-known',
    });
    const aside = aTrial({
      ...{ id: 'phone-known', arm: 'known leaks', condition: {}, canaries },
      aside: {
        kind: 'known leaks',
        app: '1.0.0',
        ways: ways.map((way) => ({ way, wrapping: way, transport: 'https', said: way !== 'cbor' })),
      },
    });
    const trials = twelvePairs(NORMAL, INCOGNITO);
    const told = (...found: string[]): RunRecord => ({
      ...aRun(trials, silent),
      asides: [aside],
      // The last of it may come when the first trial has begun.
      exchanges: (id) =>
        id !== 'phone-01'
          ? []
          : canaries
              .filter(({ name }) => found.includes(name))
              .map(({ name, value }) =>
                anExchange({ host: `${name}.known.leaklab.test`, requestBody: aBody(value) }),
              ),
    });
    assert.deepEqual(await reasonsOf(told('gzip', 'hex')), []);
    assert.deepEqual(await reasonsOf(told('gzip')), ['known-leak-missed']);
    const { verdicts } = await judge(told('gzip'));
    assert.deepEqual(verdicts.blocks[0]?.ownApp, {
      app: '1.0.0',
      found: ['gzip over https'],
      again: [],
      missed: ['hex over https'],
      unsent: ['cbor over https'],
      void: [],
    });
    assert.equal(verdicts.blocks[0].sound, 24);
    const said = inWords(verdicts, aPlan(), 'results/run-1').join('\n');
    assert.match(
      said,
      /our own app there \(1\.0\.0\) sent by 2 wrappings and transports, 1 found +REFERENCE HANDSET/,
    );
    assert.match(said, /missed, so nothing is "not seen" there: hex over https/);
    // Asked for once more, and found by the canary of that time: one of two was missed, and silence there is no answer.
    const second = mint({ [askedAgain('hex')]: 'page' }, { run: 'r', seed: 's', trial: 'known' });
    const twice = { ...aside, canaries: [...canaries, ...second] };
    const run: RunRecord = {
      ...told('gzip'),
      asides: [twice],
      exchanges: (id) =>
        id !== 'phone-01'
          ? []
          : [...canaries.filter(({ name }) => name === 'gzip'), ...second].map(({ value }) =>
              anExchange({ host: 'hex.known.leaklab.test', requestBody: aBody(value) }),
            ),
    };
    assert.deepEqual(await reasonsOf(run), ['known-leak-missed']);
    const again = (await judge(run)).verdicts;
    assert.deepEqual(again.blocks[0]?.ownApp?.again, ['hex over https']);
    assert.match(
      inWords(again, aPlan(), 'results/run-1').join('\n'),
      /found only when asked for once more \(one of two\), so nothing is "not seen" there: hex over https/,
    );
  });

  it('is a refused certificate at the collector', async () => {
    const sent = once({ kind: 'unread', why: 'cert-rejected', url: null, method: null });
    const record = aRun(twelvePairs(NORMAL, INCOGNITO), sent);
    assert.deepEqual(await reasonsOf(record), ['unread']);
    const rows = await rowsFor(record, 'search words', INCOGNITO);
    assert.deepEqual(rows[0]?.unsearched, [`unread at ${COLLECTOR}: cert-rejected`]);
    assert.equal(rows[0].rate, null);
  });

  it('is a connection to nobody knows whom', async () => {
    const sent = once({ kind: 'unread', why: 'no-request', host: '', url: null });
    assert.deepEqual(await reasonsOf(aRun(twelvePairs(NORMAL, INCOGNITO), sent)), ['unread']);
  });

  it('is not a connection at the visited site, nor one on which nothing was sent', async () => {
    const page = once({ kind: 'unread', host: 'visited.leaklab.test', url: null });
    assert.deepEqual(await reasonsOf(aRun(twelvePairs(NORMAL, INCOGNITO), page)), []);
    const empty = once({ kind: 'unread', url: null, bytesUp: 0 });
    assert.deepEqual(await reasonsOf(aRun(twelvePairs(NORMAL, INCOGNITO), empty)), []);
  });

  it('is not an unread connection of the platform, which is listed and weighed instead', async () => {
    const push = once({ kind: 'unread', host: 'mtalk.google.com', url: null, bytesUp: 700 });
    const record = aRun(twelvePairs(NORMAL, INCOGNITO), push);
    assert.deepEqual(await reasonsOf(record), []);
    const { verdicts } = await judge(record);
    assert.deepEqual(
      verdicts.outside.map(({ host, recipientClass, trials }) => ({
        host,
        recipientClass,
        trials,
      })),
      [0, 1].map((trials) => ({
        host: 'mtalk.google.com',
        recipientClass: 'platform',
        trials,
      })),
    );
    const row = verdicts.verdicts.find(
      ({ host, condition }) => host === null && condition['mode'] === INCOGNITO.mode,
    );
    assert.ok(row);
    const words = explain(row, verdicts, record.plan, 'results/x').map((line) => line.trim());
    assert.deepEqual(
      words.filter((line) => /platform|its (?:connections|bytes)/.test(line)),
      [
        'what went to the platform stayed unread, and the claim is not about it: mtalk.google.com in 1 of 12 trials',
        'its connections and bytes compared (exploratory): no difference with mode shown, smallest p = 1',
        'whether its bytes grow with what is visited is not asked here (npm run scenario opaque)',
      ],
    );
    // Another browser of the same phone did not speak to it.
    assert.deepEqual(platformInWords({ ...row, browserName: 'another' }, verdicts), []);
    // What its maker says that browsers share is no platform.
    const sync = once({ kind: 'unread', host: 'clients4.google.com', url: null, bytesUp: 700 });
    assert.deepEqual(await reasonsOf(aRun(twelvePairs(NORMAL, INCOGNITO), sync)), ['unread']);
  });

  it('is opaque bytes', async () => {
    const sent = once({ method: 'POST', requestBody: aBody(random) });
    assert.deepEqual(await reasonsOf(aRun(twelvePairs(NORMAL, INCOGNITO), sent)), ['opaque']);
  });

  it('is a content-encoding that nobody knows', async () => {
    const sent = once({
      method: 'POST',
      requestHeaders: [['Content-Encoding', 'x-secret']],
      requestBody: aBody('plain words all the same'),
    });
    assert.deepEqual(await reasonsOf(aRun(twelvePairs(NORMAL, INCOGNITO), sent)), ['undecoded']);
  });

  it('is a body whose blob is gone or that was recorded in part', async () => {
    const gone = once({ requestBody: { sha256: 'a'.repeat(64), bytes: 70_000 } });
    assert.deepEqual(await reasonsOf(aRun(twelvePairs(NORMAL, INCOGNITO), gone)), ['truncated']);
    const part = once({ requestBody: aBody('abc'), truncated: { request: true, response: false } });
    assert.deepEqual(await reasonsOf(aRun(twelvePairs(NORMAL, INCOGNITO), part)), ['truncated']);
  });

  it('is not what a search engine is sent, for a claim that is not about search engines', async () => {
    const sent = once({ host: 'www.google.com', method: 'POST', requestBody: aBody(random) });
    assert.deepEqual(await reasonsOf(aRun(twelvePairs(NORMAL, INCOGNITO), sent)), []);
  });

  it('is a way out beside the tap, a connection unaccounted for, and a reach of metadata', async () => {
    const changed = (differs: Partial<TrialRecord>): RunRecord =>
      aRun(
        twelvePairs(NORMAL, INCOGNITO, ({ id }) => (id === 'phone-02' ? differs : {})),
        silent,
      );
    assert.deepEqual(await reasonsOf(changed({ soleWayOut: false })), ['unaccounted']);
    const connections = { total: 4, unaccounted: 1, bytesUp: 0, bytesDown: 0, truncated: 0 };
    assert.deepEqual(await reasonsOf(changed({ connections })), ['unaccounted']);
    assert.deepEqual(await reasonsOf(changed({ reach: 'metadata' })), ['unread']);
  });

  it('is a void trial with an unread connection, as much as a sound one', async () => {
    const voided = twelvePairs(NORMAL, INCOGNITO, ({ id }) =>
      id === 'phone-02' ? { sound: false, void: ['beacon missing'] } : {},
    );
    const sent = once({ kind: 'unread', why: 'quic', url: null });
    assert.deepEqual(await reasonsOf(aRun(voided, sent)), ['unread']);
  });

  it('is too few sound trials, and more than a fifth void in the condition', async () => {
    const nine = twelvePairs(NORMAL, INCOGNITO).slice(0, 18);
    assert.deepEqual(await reasonsOf(aRun(nine, silent)), ['too-few']);
    const spoilt = twelvePairs(NORMAL, INCOGNITO, ({ replicate }) =>
      replicate <= 3 ? { sound: false, void: ['beacon missing'] } : {},
    );
    assert.deepEqual(await reasonsOf(aRun(spoilt, silent)), ['void-rate', 'too-few']);
  });

  it('is more than a fifth void elsewhere in the block', async () => {
    const spoilt = twelvePairs(NORMAL, INCOGNITO, ({ condition, replicate }) =>
      condition['mode'] === 'normal' && replicate <= 6
        ? { sound: false, void: ['beacon missing'] }
        : {},
    );
    assert.deepEqual(await reasonsOf(aRun(spoilt, silent)), ['void-rate']);
  });

  it('is a condition that the screen never confirmed', async () => {
    const blind = twelvePairs(NORMAL, INCOGNITO, ({ id }) =>
      id === 'phone-02' ? { readings: [] } : {},
    );
    assert.deepEqual(await reasonsOf(aRun(blind, silent)), ['condition-unproven']);
  });

  it('is an app that changed under the test', async () => {
    const changed = twelvePairs(NORMAL, INCOGNITO, ({ id, checks }) =>
      id === 'phone-02'
        ? {
            checks: checks.map((one) => (one.name === 'unchanged' ? { ...one, held: false } : one)),
            sound: false,
          }
        : {},
    );
    assert.deepEqual(await reasonsOf(aRun(changed, silent)), ['changed-under-test']);
  });

  it('is a decoy sighted anywhere in the run, and every "not seen" falls with it', async () => {
    const sent: Sent = (trial) =>
      trial.id === 'phone-01'
        ? [
            anExchange({
              url: `https://collector.example/${trial.decoys[0]?.value.replaceAll(' ', '%20') ?? ''}`,
            }),
          ]
        : [];
    const { verdicts } = await judge(aRun(twelvePairs(NORMAL, INCOGNITO), sent));
    assert.deepEqual(verdicts.runReasons, ['decoy-sighted']);
    assert.deepEqual(
      new Set(verdicts.verdicts.map(({ answer }) => answer)),
      new Set(['inconclusive']),
    );
    assert.deepEqual(verdicts.verdicts[0]?.reasons, ['decoy-sighted']);
  });
});

describe('sightings that do not enter a rate', () => {
  const only =
    (id: string): Sent =>
    (trial) =>
      trial.id === id ? [report(trial)] : [];

  it('prove a leak from a void trial', async () => {
    const voided = twelvePairs(NORMAL, INCOGNITO, ({ id }) =>
      id === 'phone-02' ? { sound: false, void: ['beacon missing'] } : {},
    );
    const [row] = await rowsFor(aRun(voided, only('phone-02')), 'visited page', INCOGNITO);
    assert.deepEqual(
      [row?.answer, row?.seen, row?.sound, row?.void, row?.order],
      ['leaks', 0, 11, 1, '×○○○○○○○○○○○'],
    );
    assert.deepEqual(row?.voidReasons, [{ reason: 'beacon missing', count: 1 }]);
  });

  it('prove a leak from a cut-short trial, which is in no count', async () => {
    const trials = [
      ...twelvePairs(NORMAL, INCOGNITO),
      aTrial({ id: 'phone-02b', condition: INCOGNITO, cutShort: true }),
    ];
    const [row] = await rowsFor(aRun(trials, only('phone-02b')), 'visited page', INCOGNITO);
    assert.deepEqual([row?.answer, row?.seen, row?.sound, row?.order.length], ['leaks', 0, 12, 12]);
  });

  it('prove a leak from the A/A twin, which is in no count either', async () => {
    const twin = aTrial({ id: 'phone-99', condition: INCOGNITO, arm: 'incognito (again)' });
    const control = aContrast({
      factor: 'A/A',
      levels: ['incognito', 'incognito (again)'],
      arms: ['incognito', 'incognito (again)'],
      role: 'control',
      primary: false,
    });
    const plan = aPlan({ blocks: [aBlock({ contrasts: [aContrast(), control] })] });
    const trials = [...twelvePairs(NORMAL, INCOGNITO), twin];
    const [row] = await rowsFor(
      aRun(trials, only('phone-99'), { plan }),
      'visited page',
      INCOGNITO,
    );
    assert.deepEqual([row?.answer, row?.seen, row?.sound], ['leaks', 0, 12]);
  });

  it('name the trial and condition of a late arrival, and where it left', async () => {
    const trials = twelvePairs(NORMAL, INCOGNITO);
    const early = trials[1];
    assert.ok(early);
    const sent: Sent = (trial) => (trial.id === 'phone-05' ? [report(early, { at: 90_000 })] : []);
    const { verdicts } = await judge(aRun(trials, sent));
    const rows = verdicts.verdicts.filter(({ host }) => host === COLLECTOR);
    assert.deepEqual(
      rows.map(({ condition, answer, seen, late }) => [condition['mode'], answer, seen, late]),
      [
        ['normal', 'inconclusive', 0, 0],
        ['incognito', 'leaks', 0, 1],
      ],
    );
    // A queue outlasts the window there, whatever the condition: silence may be what still waits in it.
    assert.deepEqual(
      [rows[0]?.reasons, rows[0]?.unsearched],
      [
        ['batched'],
        [`batched at ${COLLECTOR}: what trial phone-02 planted left in trial phone-05`],
      ],
    );
    const others = verdicts.verdicts.filter(({ canary }) => canary === 'search words');
    assert.deepEqual(
      others.map(({ host, reasons }) => [host, reasons]),
      [
        [null, ['batched']],
        [null, ['batched']],
      ],
    );
    assert.deepEqual(rows[1]?.evidence[0]?.carryOver, {
      planted: 'phone-02',
      plantedUnder: INCOGNITO,
      leftUnder: NORMAL,
    });
  });

  it('count after all when the late line was sent before its own trial ended', async () => {
    const trials = twelvePairs(NORMAL, INCOGNITO);
    const early = trials[1];
    assert.ok(early);
    const sent: Sent = (trial) => (trial.id === 'phone-03' ? [report(early, { at: 9_990 })] : []);
    const { verdicts } = await judge(aRun(trials, sent));
    assert.equal(verdicts.verdicts.find(({ answer }) => answer === 'leaks')?.seen, 1);
  });
});

describe('contrasts of a run', () => {
  it('find a change from always to never with the smallest p that twelve pairs allow', async () => {
    const { verdicts } = await judge(aRun(twelvePairs(NORMAL, INCOGNITO), leaksInNormal));
    const found = verdicts.contrasts.find(({ host }) => host === COLLECTOR);
    assert.deepEqual(
      {
        p: found?.p,
        pAdjusted: found?.pAdjusted,
        difference: found?.difference,
        interval: found?.interval?.map((x) => x.toFixed(3)),
      },
      { p: 2 / 4096, pAdjusted: 2 / 4096, difference: 1, interval: ['0.715', '1.000'] },
    );
    assert.equal(found?.smallestP, 2 / 4096);
    assert.deepEqual([found.pOverInvocation, found.invocation], [2 / 4096, 1]);
  });

  it('share their error with the primaries of the whole invocation, as the plan counted them', async () => {
    const run = aRun(twelvePairs(NORMAL, INCOGNITO), leaksInNormal);
    const { verdicts } = await judge({ ...run, plan: { ...run.plan, primaries: 32 } });
    const found = verdicts.contrasts.find(({ host }) => host === COLLECTOR);
    assert.deepEqual([found?.pAdjusted, found?.pOverInvocation], [2 / 4096, 64 / 4096]);
  });

  it('say nothing where too many trials are void, or void more often on one side', async () => {
    const spoilt = twelvePairs(NORMAL, INCOGNITO, ({ condition, replicate }) =>
      condition['mode'] === 'normal' && replicate <= 6
        ? { sound: false, void: ['beacon missing'] }
        : {},
    );
    const { verdicts } = await judge(aRun(spoilt, leaksInNormal));
    const first = verdicts.contrasts.find(({ host }) => host === COLLECTOR);
    assert.deepEqual([first?.p, first?.pAdjusted, first?.interval], [null, null, null]);
    assert.deepEqual(first?.reasons, ['inconclusive', 'void-rate', 'void-rates-differ']);
  });

  it('carry an A/A alarm of their block', async () => {
    const control = aContrast({ factor: 'A/A', role: 'control', primary: false });
    const plan = aPlan({ blocks: [aBlock({ contrasts: [aContrast(), control] })] });
    const { verdicts } = await judge(aRun(twelvePairs(NORMAL, INCOGNITO), leaksInNormal, { plan }));
    assert.deepEqual(verdicts.runReasons, ['a-a-alarm']);
    assert.ok(
      verdicts.contrasts
        .filter(({ role }) => role === 'claim')
        .every(({ reasons }) => reasons.includes('a-a-alarm')),
    );
  });

  it('list the recipients, endpoints and fields that occur on one side only, with p over all of them', async () => {
    const { verdicts } = await judge(aRun(twelvePairs(NORMAL, INCOGNITO), leaksInNormal));
    assert.deepEqual(
      verdicts.structure.map(({ kind, what, only, k, n, j, m }) => [kind, what, only, k, n, j, m]),
      [
        ['recipient', COLLECTOR, 'normal', 12, 12, 0, 12],
        ['endpoint', `POST ${COLLECTOR}/sa`, 'normal', 12, 12, 0, 12],
        ...[
          'crc',
          'data_list.$[].distinct_id',
          'data_list.$[].properties.url',
          'gzip',
          'header[user-agent]',
          'query[project]',
        ].map((field) => ['field', `POST ${COLLECTOR}/sa ${field}`, 'normal', 12, 12, 0, 12]),
      ],
    );
    assert.ok(verdicts.structure.every(({ p }) => p === 2 / 4096));
  });

  it('tell a name that was asked for in one condition only where no connection differs with it', async () => {
    const asked = (host: string): Exchange =>
      anExchange({
        id: `dns ${host}`,
        kind: 'dns',
        host,
        port: 53,
        method: null,
        url: null,
        status: null,
      });
    const both = anExchange({ id: 'both', host: 'both.example' });
    const inNormal: Sent = (trial) =>
      trial.condition['mode'] === 'normal'
        ? [asked(COLLECTOR), report(trial), asked('named.example'), asked('both.example'), both]
        : [asked('both.example'), both];
    const { verdicts } = await judge(aRun(twelvePairs(NORMAL, INCOGNITO), inNormal));
    assert.deepEqual(
      verdicts.structure.flatMap(({ kind, what, only, k, j, p }) =>
        kind === 'name' ? [[what, only, k, j, p]] : [],
      ),
      [['named.example', 'normal', 12, 0, 2 / 4096]],
    );
  });
});
