import assert from 'node:assert/strict';
import { explain } from '../../../harness/judge/words/block.ts';
import { armsInWords } from '../../../harness/judge/words/outside.ts';
import { placeOf, pValue, range, typed } from '../../../harness/judge/words/phrases.ts';
import { claimTitles, report } from '../../../harness/judge/words/report.ts';
import type { Contrast } from '../../../harness/judge/verdicts/contrasts/shape.ts';
import type { Verdict, Verdicts } from '../../../harness/judge/verdicts/shape.ts';
import { aPlan } from '../../builders.ts';

const ON = { mode: 'incognito', 'enhanced incognito': 'on' };
const OFF = { mode: 'incognito', 'enhanced incognito': 'off' };
const COLLECTOR = 'sa.api.intl.miui.com';

function aVerdict(differs: Partial<Verdict> = {}): Verdict {
  return {
    scenario: 'incognito',
    device: 'reference-mint-3.4.3',
    reference: true,
    rom: 'MIUI V11.0.6 global',
    browser: 'Mint Browser',
    browserName: 'mint',
    appVersion: '3.4.3',
    reach: 'content',
    canary: 'search words',
    host: COLLECTOR,
    recipientClass: 'maker',
    condition: ON,
    answer: 'leaks',
    seen: 11,
    sound: 11,
    void: 1,
    late: 0,
    order: '●●●●●×●●●●●●',
    rate: [0.7151, 1],
    bounds: null,
    reasons: [],
    forms: ['exact'],
    origin: 'native',
    sender: null,
    evidence: [
      {
        trial: '07',
        exchange: 'x9',
        where: 'request.body',
        wrappings: ['form:data_list', 'base64', 'gzip', 'json:$[1].properties.search_word'],
        alongside: [{ field: 'distinct_id', class: 'per-install' }],
        form: 'exact',
        line: 42,
        request: `POST https://${COLLECTOR}/sa`,
        afterSeconds: 1.8,
        carryOver: null,
      },
    ],
    originFrom: "sent by an app's own client (Dalvik/2.1.0), no page named",
    voidReasons: [{ reason: 'beacon missing', count: 1 }],
    unsearched: [],
    stamp: 'REFERENCE HANDSET',
    read: 0.97219,
    ...differs,
  };
}

const SILENT: Partial<Verdict> = {
  condition: OFF,
  answer: 'not seen',
  seen: 0,
  sound: 12,
  void: 0,
  order: '○○○○○○○○○○○○',
  rate: [0, 0.2646],
  bounds: {
    visits: 0.2209,
    withVoids: 0.2209,
    simultaneous: 0.3816,
    phones: 0.95,
    ofPhones: 1,
    sensitivity: null,
  },
  forms: [],
  evidence: [],
  voidReasons: [],
};

function aContrastRow(differs: Partial<Contrast> = {}): Contrast {
  return {
    scenario: 'incognito',
    device: 'reference-mint-3.4.3',
    browser: 'mint',
    canary: 'search words',
    host: COLLECTOR,
    factor: 'enhanced incognito',
    levels: ['on', 'off'],
    held: { mode: 'incognito' },
    statistic: 'difference',
    difference: 1,
    interval: [0.7, 1],
    p: 2 / 2048,
    pAdjusted: 2 / 2048,
    family: 1,
    pOverInvocation: 2 / 2048,
    invocation: 1,
    smallestP: 2 / 2048,
    primary: true,
    kind: 'randomised',
    role: 'claim',
    pairs: 11,
    ownP: 2 / 2048,
    reasons: [],
    measure: 'presence',
    means: null,
    ...differs,
  };
}

function aJudgement(rows: Verdict[], differs: Partial<Verdicts> = {}): Verdicts {
  return {
    run: '20261123T0210Z-incognito-3f9a',
    basis: {
      calibration: null,
      runs: [{ run: '20261123T0210Z-incognito-3f9a', ledgerHead: 'ab'.repeat(32) }],
    },
    verdicts: rows,
    contrasts: [aContrastRow()],
    scenario: 'incognito',
    question: 'Does the browser tell anyone?',
    seed: 'tuesday',
    codeVersion: '0.1.0',
    recipientClasses: ['maker', 'processor', 'unknown'],
    searched: ['gzip', 'json', 'base64'],
    runReasons: [],
    blocks: [
      {
        device: 'reference-mint-3.4.3',
        browser: 'mint',
        reference: true,
        stamp: 'REFERENCE HANDSET',
        timelapse: 1,
        sound: 23,
        void: 1,
        cutShort: 0,
        dropped: [],
        read: 0.5,
        knownLeak: null,
        ownApp: null,
      },
    ],
    structure: [],
    fields: [],
    links: [],
    contacts: [],
    probes: [],
    recipients: [],
    closed: [],
    tls: [],
    arms: [],
    outside: [],
    outsideContrasts: [],
    ...differs,
  };
}

const FOLDER = 'results/20261123T0210Z-incognito-3f9a';
const PLAN = aPlan({ family: 16, mayReach: { 'search words': ['.google.com'] } });

describe('a verdict in words', () => {
  it('says LEAKS with condition, count, sender, place, time, comparison, proof and the command that repeats it', () => {
    const row = aVerdict();
    assert.deepEqual(explain(row, aJudgement([row, aVerdict(SILENT)]), PLAN, FOLDER), [
      'LEAKS  incognito: search words → sa.api.intl.miui.com        REFERENCE HANDSET',
      '  with   mode incognito, enhanced incognito on',
      '  on     reference-mint-3.4.3 · MIUI V11.0.6 global · Mint Browser 3.4.3',
      '  seen   11 of 11 sound trials ●●●●●×●●●●●● (rate 72–100 %, if visits are independent), 1 void (beacon missing)',
      "  by     the browser or ROM itself (native), beside distinct_id (per-install); known because: sent by an app's own client (Dalvik/2.1.0), no page named",
      '  where  POST /sa, body › form data_list › base64 › gzip › json $[1].properties.search_word',
      '  when   1.8 s after it was typed',
      '  unlike enhanced incognito off: not seen in 12 of 12 (a leak in over 22 % of visits would have shown), p = 0.001',
      '  proof  results/20261123T0210Z-incognito-3f9a/trials/07/exchanges.jsonl line 42',
      '  again  npm run scenario incognito -- --device reference-mint-3.4.3 --seed tuesday',
    ]);
  });

  it('says in how many more trials it left too late to be counted', () => {
    const row = aVerdict({ seen: 8, order: '●●●●○×●●○●○●', rate: [0.3903, 0.9398], late: 3 });
    assert.deepEqual(explain(row, aJudgement([row]), PLAN, FOLDER).slice(3, 5), [
      '  seen   8 of 11 sound trials ●●●●○×●●○●○● (rate 39–94 %, if visits are independent), 1 void (beacon missing)',
      '         in 3 more it left only after the follow-up window: a leak as well, and in no rate',
    ]);
  });

  it('says NOT SEEN with its bounds, what was searched, and who may see it', () => {
    const row = aVerdict({ ...SILENT, host: null, recipientClass: null });
    const lines = explain(row, aJudgement([row, aVerdict()]), PLAN, FOLDER);
    assert.deepEqual(lines.slice(0, 10), [
      'NOT SEEN  incognito: search words → anyone who need not see it REFERENCE HANDSET',
      '  with   mode incognito, enhanced incognito off',
      '  on     reference-mint-3.4.3 · MIUI V11.0.6 global · Mint Browser 3.4.3',
      '  seen   0 of 12 sound trials ○○○○○○○○○○○○: a leak in over 22 % of visits would have shown (95 %, if visits are independent)',
      '         with each void counted as a leak: over 22 %; for all 16 primary claims at once: over 38 %',
      '         one phone says nothing about a model (up to 95 % of such phones could leak)',
      '         our own misses are not allowed for: nothing was measured, so all of these are divided by nothing',
      '  where  everything sent to recipients of the classes maker, processor, unknown was read; only .google.com may see it',
      '         97.2 % of the bytes of these trials were read',
      '         searched as sent and through gzip, json, base64; also for its md5, sha1 and sha256',
    ]);
  });

  it('says INCONCLUSIVE with each reason in a sentence and what would settle it', () => {
    const row = aVerdict({
      ...SILENT,
      host: null,
      answer: 'inconclusive',
      bounds: null,
      rate: null,
      reasons: ['unread', 'too-few'],
      unsearched: ['unread at sa.api.intl.miui.com: cert-rejected (12 times)'],
    });
    const lines = explain(row, aJudgement([row]), PLAN, FOLDER);
    assert.deepEqual(lines.slice(3, 8), [
      '  seen   0 of 12 sound trials ○○○○○○○○○○○○; this is no answer:',
      '         unread: bytes went to a recipient in question and could not be decrypted. Settled by: a device that trusts our certificate, or the size and timing test for closed content.',
      '         too-few: fewer than 10 sound trials, so silence says next to nothing. Settled by: more replicates, decided before the run.',
      '  where  97.2 % of the bytes of these trials were read',
      '         unread at sa.api.intl.miui.com: cert-rejected (12 times)',
    ]);
  });

  it('marks phone time and a late arrival', () => {
    const [evidence] = aVerdict().evidence;
    assert.ok(evidence);
    const carryOver = { planted: '02', plantedUnder: ON, leftUnder: OFF };
    const row = aVerdict({ evidence: [{ ...evidence, carryOver }] });
    const [block] = aJudgement([]).blocks;
    assert.ok(block);
    const verdicts = aJudgement([row], { blocks: [{ ...block, timelapse: 30 }] });
    const lines = explain(row, verdicts, PLAN, FOLDER).filter((line) => /typed|late/.test(line));
    assert.deepEqual(lines, [
      '  when   1.8 s after it was typed (phone time)',
      '         late: planted in trial 02 under mode incognito, enhanced incognito on, left under mode incognito, enhanced incognito off',
    ]);
  });

  it('never says that anything is safe, passed or clean', () => {
    const rows = [aVerdict(), aVerdict({ ...SILENT, host: null })];
    const text = report(aJudgement(rows), PLAN, FOLDER).join('\n');
    assert.doesNotMatch(text, /\b(?:safe|clean|passe[sd]|secure)\b/i);
  });
});

describe('a report in words', () => {
  it('begins with the question and every answer at a glance', () => {
    const rows = [aVerdict(), aVerdict(SILENT), aVerdict({ ...SILENT, host: null })];
    assert.deepEqual(report(aJudgement(rows), PLAN, FOLDER).slice(0, 9), [
      'Does the browser tell anyone?',
      'run 20261123T0210Z-incognito-3f9a, seed tuesday: 23 sound trials, 1 void, 0 cut short',
      '',
      'reference-mint-3.4.3 · MIUI V11.0.6 global · Mint Browser 3.4.3                    REFERENCE HANDSET',
      '  mode incognito, enhanced incognito on',
      '    LEAKS        → sa.api.intl.miui.com, 11 of 11 trials, 1 void (beacon missing)  REFERENCE HANDSET',
      '                 search words',
      '  mode incognito, enhanced incognito off',
      '    NOT SEEN     0 of 12 trials; a leak in over 22 % of visits would have shown    REFERENCE HANDSET',
    ]);
  });

  it('ends with void counts, late arrivals and what is known of our own error', () => {
    assert.deepEqual(report(aJudgement([aVerdict()]), PLAN, FOLDER).slice(-5), [
      'reference-mint-3.4.3: 23 sound, 1 void, 0 cut short; 50.0 % of bytes read REFERENCE HANDSET',
      'reference-mint-3.4.3: its own known leak, on the device: not tried REFERENCE HANDSET',
      'reference-mint-3.4.3: under mode incognito, enhanced incognito on 1 of 12 trials are void',
      'late arrivals: none',
      'our own error: not calibrated yet (no calibration of this version)',
    ]);
  });

  it('says of what left late under which condition it was planted, and under which it left', () => {
    const [evidence] = aVerdict().evidence;
    assert.ok(evidence);
    const plantedUnder = { mode: 'normal' };
    const carryOver = { planted: 'phone-03', plantedUnder, leftUnder: { mode: 'incognito' } };
    const row = aVerdict({ evidence: [{ ...evidence, trial: 'phone-04', carryOver }] });
    const lines = report(aJudgement([row]), PLAN, FOLDER);
    assert.deepEqual(lines.slice(-3, -1), [
      'late arrivals: 1, each counted for the condition it was planted in',
      `  ${row.canary} → ${row.host ?? ''}: planted in trial phone-03 under mode normal, left in trial phone-04 under mode incognito`,
    ]);
  });

  it('lists whom a device spoke to by itself, and nobody whom a page caused', () => {
    const common = { device: 'chromium', browser: 'chromium', trials: 12, of: 36, exchanges: 24 };
    const contacts: Verdicts['contacts'] = [
      {
        ...common,
        host: 'update.example',
        recipientClass: 'unknown',
        origin: 'native',
        originFrom: 'sent before any page was opened',
      },
      {
        ...common,
        host: 'visited.leaklab.test',
        recipientClass: 'page',
        origin: 'page',
        originFrom: 'it goes to the visited site itself',
      },
    ];
    assert.deepEqual(report(aJudgement([aVerdict()], { contacts }), PLAN, FOLDER).slice(-4, -2), [
      'chromium: spoke by itself (native) to',
      '  update.example (unknown), in 12 of 36 trials, 24 exchanges; sent before any page was opened',
    ]);
  });

  it('puts a withdrawn run at the top', () => {
    const lines = report(
      aJudgement([aVerdict()], { runReasons: ['decoy-sighted', 'a-a-alarm'] }),
      PLAN,
      FOLDER,
    );
    assert.match(lines[2] ?? '', /every "not seen" of this run is withdrawn/);
    assert.match(lines[3] ?? '', /^A\/A ALARM/);
  });

  it('lists its claims, one line each', () => {
    const rows = [aVerdict(), aVerdict(SILENT), aVerdict({ ...SILENT, host: null })];
    assert.deepEqual(claimTitles(aJudgement(rows)), [
      {
        device: 'reference-mint-3.4.3',
        title: 'mode incognito, enhanced incognito on: search words → sa.api.intl.miui.com: LEAKS',
      },
      {
        device: 'reference-mint-3.4.3',
        title: 'mode incognito, enhanced incognito off: search words: NOT SEEN',
      },
    ]);
  });
});

describe('who could not be read, in words', () => {
  const closed = {
    ...{ device: 'reference-mint-3.4.3', browser: 'mint', host: COLLECTOR },
    ...{ recipientClass: 'maker' as const, condition: ON, trials: 12, of: 12 },
  };
  const row: Verdicts['outside'][number] = {
    ...closed,
    ...{ connections: [2, 3, 4], bytesUp: [5_400, 8_300, 11_200], bytesDown: [640, 640, 640] },
    firstSeconds: -10.3,
  };
  const contrast: Verdicts['outsideContrasts'][number] = {
    ...{ device: closed.device, browser: 'mint', host: COLLECTOR, held: { mode: 'incognito' } },
    ...{ factor: 'enhanced incognito', levels: ['on', 'off'], role: 'claim', pairs: 12 },
    ...{ measure: 'bytes up', means: [7_800, 2_000], p: 2 / 4096, kind: 'exploratory' },
  };

  it('are told with recipient, sizes and times, and with what a switch changes; never with what was said', () => {
    const control = { ...contrast, role: 'control' as const, p: 0.89 };
    const both = { outside: [row], outsideContrasts: [contrast, control] };
    const lines = report(aJudgement([aVerdict()], both), PLAN, FOLDER);
    const from = lines.findIndex((line) => line.startsWith('who could not be read'));
    assert.deepEqual(lines.slice(from + 2, from + 7), [
      '    mode incognito, enhanced incognito on',
      '      sa.api.intl.miui.com (maker): in 12 of 12 trials, 3 connections (2–4), 8.3 kB (5.4 kB–11.2 kB) up, 640 B down, first 10.3 s before the steps began',
      '    compared (exploratory; p over all these recipients and both measures; A/A: smallest p = 0.89)',
      '      enhanced incognito on against off (mode incognito) → sa.api.intl.miui.com: 7.8 kB against 2.0 kB up a trial, p = 0.0005',
      '      it shows that somebody is told more, or more often; not what',
    ]);
  });

  it('what the instrument itself changes stands side by side, who was not spoken to by name, and is no test', () => {
    const count = { connections: 1, bytesUp: 640, bytesDown: 2_100 };
    const nothing = { connections: 0, bytesUp: 0, bytesDown: 0 };
    const arms: Verdicts['arms'] = [
      {
        ...{ device: 'reference-mint-3.4.3', browser: 'mint', page: 'https://example.org/' },
        arms: [
          { arm: 'bare', hours: 0, void: [], all: count },
          { arm: 'aged', hours: 48, void: ['steps: the page was not asked for'], all: nothing },
        ],
        hosts: [{ host: 'old.example', recipientClass: 'unknown', in: { bare: count } }],
      },
    ];
    const lines = armsInWords(aJudgement([], { arms }));
    assert.match(lines[0] ?? '', /descriptive: no test/);
    assert.match(
      lines[1] ?? '',
      /^ {2}reference-mint-3\.4\.3 \(mint\), https:\/\/example\.org\/ +REFERENCE HANDSET$/,
    );
    assert.deepEqual(lines.slice(2), [
      '    bare (no automation, nothing read, no certificate of ours): 1 connection, 640 B up, 2.1 kB down',
      '    aged (the same installation, 48 hours later by its clock): 0 connections, 0 B up, 0 B down; void (steps: the page was not asked for)',
      '    old.example (unknown): bare 1 connection, 640 B up, 2.1 kB down, aged not spoken to',
      '',
    ]);
  });

  it('a verdict of such a device says what it can and cannot answer', () => {
    const unread = { answer: 'inconclusive' as const, reasons: ['unread' as const], bounds: null };
    const one = aVerdict({ ...SILENT, ...unread, reach: 'metadata' });
    const lines = explain(one, aJudgement([one]), PLAN, FOLDER);
    assert.ok(
      lines.some((line) => line.includes('of what went over TLS only recipients, sizes and times')),
    );
  });
});

describe('numbers and names in words', () => {
  it('round p to one digit where it is small, and never to nothing', () => {
    assert.deepEqual([1, 0.5, 0.0312, 0.00390625, 0.00048828125, 0.00001, 0.0099].map(pValue), [
      'p = 1',
      'p = 0.50',
      'p = 0.03',
      'p = 0.004',
      'p = 0.0005',
      'p = 0.00001',
      'p = 0.01',
    ]);
  });

  it('write a range so that a minus sign cannot be read as a dash', () => {
    assert.deepEqual([range([0.7151, 1]), range([-0.267, 0.267])], ['72–100 %', '−27 to 27 %']);
  });

  it('name a place without its plumbing', () => {
    const [evidence] = aVerdict().evidence;
    assert.ok(evidence);
    const differs = {
      where: 'request.url.query[q]',
      wrappings: ['percent'],
      form: 'sha256(lower)',
    };
    assert.equal(
      placeOf({ ...evidence, ...differs }),
      'POST /sa, query q › percent (as sha256(lower))',
    );
  });

  it('quote a seed that a shell would take apart', () => {
    assert.deepEqual(['tuesday', "it's me"].map(typed), ['tuesday', `'it'\\''s me'`]);
  });
});
