import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { openLab } from '../../harness/cli/bench/lab.ts';
import { openDriver } from '../../harness/gather/browsers/driver.ts';
import { readBench } from '../../harness/gather/devices/bench.ts';
import { attach } from '../../harness/gather/devices/way/attach.ts';
import { openAdb } from '../../harness/gather/devices/adb.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GOLDEN = new URL('startup.golden.txt', import.meta.url);
const DEVICE = 'reference-lineage-17';

const traced = z.object({ kind: z.string(), what: z.string(), known: z.boolean() });

/**
 * What adb, Appium and the UiAutomator2 driver ask of a phone from the first connection to the end of a session. The
 * shell surface is theirs to change: an upgrade that asks for something else shows as a diff of the golden file, which
 * LEAKLAB_GOLDEN=write rewrites.
 */
describe('a session of the real stack on a fresh handset', function startUp() {
  this.timeout(60_000);
  let workDir = '';
  let asked: z.output<typeof traced>[] = [];
  before(async () => {
    workDir = await mkdtemp(join(tmpdir(), 'leaklab-startup-'));
    const entries = readBench(await readFile(join(ROOT, 'devices.json'), 'utf8'), 'devices.json');
    const chosen = new Map(
      entries.filter(({ name }) => name === DEVICE).map((one) => [one.name, one]),
    );
    {
      await using lab = await openLab(chosen, { root: ROOT, workDir, seed: 'golden' });
      const device = lab.devices.get(DEVICE);
      const link = device?.link;
      assert.ok(link);
      await attach(openAdb(link.adb), link.serial, device.clock);
      await using driver = await openDriver(link);
      assert.match(await driver.source(), /^<\?xml/);
    }
    asked = (await readFile(join(workDir, `${DEVICE}.trace.jsonl`), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => traced.parse(JSON.parse(line)));
  });
  after(async () => {
    await rm(workDir, { recursive: true });
  });

  it('asks for nothing that the handset does not know', () => {
    assert.deepEqual(
      asked.filter(({ known }) => !known),
      [],
    );
  });

  it('asks for what the golden file lists', async () => {
    // Some of it is asked side by side, or as often as it takes: which things are asked is what an upgrade changes.
    const lines = [...new Set(asked.map(({ kind, what }) => `${kind} ${steady(what)}`))].sort();
    const text = `${lines.join('\n')}\n`;
    if (process.env['LEAKLAB_GOLDEN'] === 'write') await writeFile(GOLDEN, text);
    assert.equal(text, await readFile(GOLDEN, 'utf8'));
  });
});

/** Without what differs from run to run: session and element ids, sizes, ports, process ids. */
function steady(what: string): string {
  return what
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
    .replaceAll(/\b\d{4,}\b/g, '<n>');
}
