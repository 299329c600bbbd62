import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { run } from '../../../../harness/lib/children.ts';

const GARBAGE = fileURLToPath(
  new URL('../../../../harness/gather/tap/reader/garbage.ts', import.meta.url),
);
/**
 * 1 GB in buffers as large as a TLS record, none of them kept, beside a heap like a run's; tells how often all of that
 * was gone through.
 */
const PASSING = `
  const { PerformanceObserver, constants } = await import('node:perf_hooks');
  const heap = Array.from({ length: 600_000 }, (_, at) => ({ at, more: [at] }));
  if (process.argv[1] !== '') (await import(process.argv[1])).countBuffersWithHeap();
  let whole = 0;
  const count = (list) => {
    whole += list.filter(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR).length;
  };
  const seen = new PerformanceObserver((list) => count(list.getEntries()));
  seen.observe({ entryTypes: ['gc'] });
  for (let turn = 0; turn < 1024; turn += 1) {
    for (let piece = 0; piece < 64; piece += 1) Buffer.allocUnsafeSlow(2 ** 14);
    await new Promise(setImmediate);
  }
  count(seen.takeRecords());
  const peakMB = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ whole, peakMB, objects: heap.length }));`;
const told = z.object({ whole: z.number(), peakMB: z.number() });

async function passing(module: string): Promise<z.infer<typeof told>> {
  const args = ['--input-type=module', '--eval', PASSING, module];
  const { stdout, stderr } = await run(process.execPath, args);
  assert.equal(stderr, '');
  return told.parse(JSON.parse(stdout.toString()));
}

describe('bytes that pass through the tap', function () {
  // Two programs that make a heap of 600,000 objects, beside whatever else this machine does.
  this.timeout(60_000);

  it('are taken away without going through the whole heap again and again, in as little memory', async () => {
    const [before, after] = [await passing(''), await passing(GARBAGE)];
    assert.ok(before.whole > 5, `${String(before.whole)} times as V8 does it by itself`);
    assert.ok(after.whole < 4, `${String(after.whole)} times`);
    assert.ok(after.peakMB < before.peakMB + 128, JSON.stringify([before, after]));
  });
});
