import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { waysOf } from '../../../harness/gather/trial/asides/ways.ts';
import { waysOf as waysOfRom } from '../../../harness/handset/collectors/asked.ts';
import { collectorSchema } from '../../../harness/handset/collectors/rules.ts';
import { loadRom } from '../../../harness/handset/roms/load.ts';
import { scenario } from '../../../harness/scenario.ts';
import { entryNamed, oneRun } from '../one-run.ts';

const OUR_APP = 'lab.leaklab.known';
const DEVICE = 'reference-lineage-17';

/** One page, and as little else as a scenario can have. */
const short = scenario({
  name: 'short',
  question: 'Is the page told?',
  claims: [],
  factors: {},
  canaries: { 'visited page': 'page' },
  mayReach: { 'visited page': ['visited.leaklab.test'] },
  recipientClasses: ['maker', 'unknown'],
  contrasts: [],
  followUpSeconds: 1,
  steps: async ({ browser, canary }) => {
    await browser.open(canary['visited page']);
  },
});

describe('our own app on a phone', function ownApp() {
  this.timeout(120_000);

  it('has a rule on the reference handset for every way that can be asked for, and no other', async () => {
    const rom = await loadRom('lineage-17');
    const asked = waysOf({ gateway: true }).map(({ way }) => way);
    assert.deepEqual([...waysOfRom(rom, OUR_APP)].sort(), asked.sort());
    assert.equal(waysOf({ gateway: false }).length, asked.length - 5);
  });

  it('is found by every wrapping and transport that a proxy hears, each once, before the first trial', async () => {
    const { judged, asides } = await oneRun(short, await entryNamed(DEVICE), ['jelly', '1.0']);
    const [block] = judged.verdicts.blocks;
    assert.deepEqual(block?.ownApp?.missed, []);
    assert.equal(block.ownApp.found.length, waysOf({ gateway: false }).length);
    assert.deepEqual([block.ownApp.app, block.ownApp.unsent, block.ownApp.void], ['1.0.0', [], []]);
    assert.deepEqual(
      judged.verdicts.verdicts.map(({ reasons }) => reasons.includes('known-leak-missed')),
      [false],
    );
    // It is no trial, and its hosts are nobody whom the phone spoke to by itself.
    assert.equal(block.sound + block.void, 2);
    assert.ok(judged.verdicts.contacts.every(({ host }) => !host.endsWith('.known.leaklab.test')));
    assert.deepEqual(
      asides.map(({ id, aside }) => [id, aside?.kind]),
      [[`${DEVICE}-known`, 'known leaks']],
    );
  });

  it('forbids "not seen" on a device on which what it sent was hidden from the tap, and says by which way', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leaklab-hidden-'));
    await using held = new AsyncDisposableStack();
    held.defer(() => rm(folder, { recursive: true, force: true }));
    const handset = await hidden(folder, new Set(['gzip', 'websocket', 'tls']));
    const entry = { ...(await entryNamed(DEVICE)), handset };
    const { judged } = await oneRun(short, entry, ['jelly', '1.0']);
    const [block] = judged.verdicts.blocks;
    assert.deepEqual(block?.ownApp?.missed.toSorted(), [
      'json over TLS without HTTP',
      'json over a WebSocket over TLS',
      'json › gzip over https',
    ]);
    assert.deepEqual([block.sound, block.void], [2, 0]);
    const [row] = judged.verdicts.verdicts;
    assert.equal(row?.answer, 'inconclusive');
    assert.ok(row.reasons.includes('known-leak-missed'));
    assert.ok(row.unsearched.some((line) => line.includes('json › gzip over https')));
  });
});

/** The same phone, whose copy of our app believes no added certificate where it sends by these ways. */
async function hidden(folder: string, ways: ReadonlySet<string>): Promise<string> {
  const shipped = new URL(
    '../../../harness/handset/roms/collectors/known-leak.json',
    import.meta.url,
  );
  const { $schema: _, ...whole } = z
    .looseObject({})
    .parse(JSON.parse(await readFile(shipped, 'utf8')));
  const { rules } = collectorSchema.parse(whole);
  const pinned = rules.map((rule) => {
    const [way] = [...ways].filter((one) => JSON.stringify(rule.when).includes(`"${one}"`));
    if (way === undefined) return rule;
    const transport = { as: 'https', ...rule.transport, addedCa: 'refused' };
    return { ...rule, transport };
  });
  const path = join(folder, 'hidden.json');
  const service = {
    package: OUR_APP,
    versionName: '1.0.0',
    versionCode: 1,
    label: 'Known leak',
    collectors: [{ ...whole, rules: pinned }],
  };
  const rom = { like: 'lineage-17', name: 'hidden', services: [service] };
  await writeFile(path, JSON.stringify(rom));
  return path;
}
