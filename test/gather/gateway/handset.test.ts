import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installation } from '../../../harness/cli/bench/installations.ts';
import { openLab } from '../../../harness/cli/bench/lab.ts';
import { openBench } from '../../../harness/cli/bench/open-bench.ts';
import { experiment } from '../../../harness/experiment.ts';
import { readBench } from '../../../harness/gather/devices/bench.ts';
import { makePlan } from '../../../harness/gather/plan.ts';
import { systemClock } from '../../../harness/lib/clock.ts';
import { openArchive } from '../../../harness/record/archive.ts';
import type { Exchange } from '../../../harness/record/exchange.ts';
import type { TrialRecord } from '../../../harness/record/trial.ts';
import { scenario } from '../../../harness/scenario.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PROFILE = fileURLToPath(new URL('profiles/every-way.json', import.meta.url));

const visits = scenario({
  name: 'visits',
  question: 'Who is told of a visited page, by whichever way?',
  claims: [],
  factors: { mode: ['normal', 'incognito'] },
  canaries: { 'visited page': 'page' },
  mayReach: { 'visited page': ['visited.leaklab.test'] },
  recipientClasses: ['maker', 'unknown'],
  contrasts: [],
  followUpSeconds: 40,
  replicates: 1,
  steps: async ({ browser, canary }) => {
    await browser.open(canary['visited page']);
  },
});

/** An emulated phone in a network of ours whose browser tells everything by ways that no proxy hears. */
describe('a reference handset behind a gateway', function behindAGateway() {
  this.timeout(120_000);

  it('pins, tries QUIC, tunnels over DNS, ignores the proxy and talks raw TCP: all of it is in the ledger, and silence is no answer', async function everyWay() {
    if (userInfo().uid !== 0) this.skip();
    await using held = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'leaklab-every-way-'));
    held.defer(() => rm(folder, { recursive: true, force: true }));
    const all = readBench(await readFile(join(ROOT, 'devices.json'), 'utf8'), 'devices.json');
    const like = all.find(({ name }) => name === 'reference-mint-3.4.3');
    assert.ok(like);
    const rom = { ...like.rom, build: 'V11.0.0.9.EVERYWAY' };
    const entry = { ...like, name: 'every-way', handset: PROFILE, rom, listen: 'gateway' as const };
    const given = { root: ROOT, workDir: folder, seed: 'every-way' };
    const lab = held.use(await openLab(new Map([['every-way', entry]]), given));
    const at = lab.devices.get('every-way');
    assert.ok(at);
    const planned = installation(visits, 'every-way', entry, 'mint', '3.4.3');
    const words = { run: 'run', seed: 'every-way', replicates: 1, codeVersion: 'test' };
    const plan = makePlan(visits, [planned], words);
    const archive = await openArchive(join(folder, 'run'));
    const trials: TrialRecord[] = [];
    const judged = await experiment({
      ...{ scenario: visits, plan, archive, tools: lab.tools },
      signal: new AbortController().signal,
      open: () => {
        const undoDir = join(folder, 'undo');
        return openBench(at, 'mint', { scenario: visits, plan, workDir: folder, undoDir });
      },
      show: () => ({
        begin: () => undefined,
        end: (_block, _trial, record) => trials.push(record),
        stopped: (_block, error) => {
          throw error;
        },
      }),
      now: () => systemClock().now(),
    });

    for (const { id, void: reasons, coverage, soleWayOut } of trials) {
      assert.deepEqual([id, reasons, coverage?.why, soleWayOut], [id, [], [], true]);
      const told = new Map<string, string>();
      for await (const line of archive.exchanges(id)) {
        const named = line.host.endsWith('.example.org') && wayOf(line);
        if (named) told.set(line.host.replace(/^[0-9a-f]{32}\./, ''), named);
      }
      assert.deepEqual(Object.fromEntries(told), {
        'ignores.example.org': 'http',
        'pins.example.org': 'unread',
        'quic.example.org': 'unread: quic',
        'raw.example.org': 'raw',
        'sealed-raw.example.org': 'unread',
        'tunnels.example.org': 'dns',
      });
    }
    const { verdicts } = judged.verdicts;
    const answered = new Set(verdicts.map(({ host, answer }) => `${answer} ${host ?? 'anyone'}`));
    for (const way of ['ignores', 'raw']) assert.ok(answered.has(`leaks ${way}.example.org`));
    assert.ok([...answered].some((one) => /^leaks [0-9a-f]{32}\.tunnels\./.test(one)));
    for (const { answer, host, reasons } of verdicts) {
      assert.notEqual(answer, 'not seen');
      if (host === null) assert.ok(reasons.includes('unread'), reasons.join());
    }
  });
});

/** What the last line of a host says of it; its name was asked for as well. */
function wayOf({ kind, why, host }: Exchange): string | null {
  if (kind === 'dns') return host.includes('tunnels') ? 'dns' : null;
  return kind === 'unread' && why === 'quic' ? 'unread: quic' : kind;
}
