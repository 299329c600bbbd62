import assert from 'node:assert/strict';
import { labNotes } from '../../../harness/cli/show/reporter.ts';
import type { ShownOutcome, ShownSuite } from '../../../harness/cli/show/show.ts';

describe('the lab notes', () => {
  it('append one line a finished trial, in the order in which they finish', async () => {
    const [mint, stock] = [aSuite('mint', 2), aSuite('stock', 1)];
    const notes = await written([mint, stock], async (settled) => {
      stock.ends[0]?.resolve({ kind: 'sound', ms: 900 });
      await settled();
      mint.ends[0]?.resolve({ kind: 'void', ms: 3_210, reason: 'beacon: not seen by the tap' });
      await settled();
      mint.ends[1]?.resolve({
        kind: 'fault',
        ms: 190_000,
        reason: 'offline: the phone went away',
        advice: 'Plug it in.',
      });
    });
    assert.equal(
      notes,
      '✓ 1/1 stock · arm 1 · 0.9 s\n' +
        '○ 1/2 mint · arm 1 · 3.2 s · void: beacon: not seen by the tap\n' +
        '✗ 2/2 mint · arm 2 · 3 min · fault: offline: the phone went away\n' +
        '  do     Plug it in.\n',
    );
  });

  it('say once why a block was stopped', async () => {
    const suite = aSuite('mint', 3);
    const notes = await written([suite], () => {
      suite.ends[0]?.resolve({ kind: 'sound', ms: 1_000 });
      for (const end of suite.ends) end.resolve({ kind: 'not run', reason: 'phone gone' });
    });
    assert.equal(notes, '✓ 1/3 mint · arm 1 · 1.0 s\n– mint · phone gone\n');
  });

  it('show on a terminal what is running and how long it may take', async () => {
    const suite = aSuite('mint', 3);
    const notes = await written(
      [suite],
      async (settled) => {
        suite.starts[0]?.resolve();
        await settled();
        suite.ends[0]?.resolve({ kind: 'sound', ms: 90_000 });
        await settled();
        suite.starts[1]?.resolve();
      },
      { isTTY: true, env: { NO_COLOR: '1' } },
    );
    assert.deepEqual(notes.split('\r\u001b[2K'), [
      '',
      'mint 1/3 arm 1',
      '',
      '✓ 1/3 mint · arm 1 · 2 min\n',
      'mint 2/3 arm 2, 3 min left',
      '',
    ]);
  });

  it("cut the line of what is running to the terminal's width", async () => {
    const suite = aSuite('a device with a long name', 1);
    const notes = await written([suite], () => suite.starts[0]?.resolve(), {
      isTTY: true,
      columns: 20,
    });
    assert.deepEqual(notes.split('\r\u001b[2K'), ['', 'a device with a lon', '']);
  });

  it("escape a phone's words", async () => {
    const suite = aSuite('mint\u001b[8m', 1);
    const notes = await written([suite], () => {
      suite.ends[0]?.resolve({ kind: 'void', ms: 1_000, reason: '\u202egnihton\n✓ all sound' });
    });
    assert.equal(
      notes,
      String.raw`○ 1/1 mint\u{1b}[8m · arm 1 · 1.0 s · void: \u{202e}gnihton\u{0a}✓ all sound` +
        '\n',
    );
  });
});

interface ByHand extends ShownSuite {
  readonly starts: readonly PromiseWithResolvers<void>[];
  readonly ends: readonly PromiseWithResolvers<ShownOutcome>[];
}

/** A device whose trials begin and end when the test says so. */
function aSuite(title: string, count: number): ByHand {
  const starts = Array.from({ length: count }, () => Promise.withResolvers<void>());
  const ends = Array.from({ length: count }, () => Promise.withResolvers<ShownOutcome>());
  const trials = starts.flatMap((start, i) => {
    const end = ends[i];
    if (!end) return [];
    const place = `${i + 1}/${count}`;
    return [{ place, title: `arm ${i + 1}`, begun: start.promise, outcome: end.promise }];
  });
  return { title, trials, starts, ends };
}

/** What is written while `acts` happens. `settled` waits until all that followed from the last act has happened. */
async function written(
  suites: readonly ByHand[],
  acts: (settled: () => Promise<void>) => unknown,
  { env = {}, ...terminal }: { isTTY?: boolean; columns?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  let text = '';
  const output = { ...terminal, write: (chunk: string) => (text += chunk) };
  const notes = labNotes({ suites, claims: Promise.resolve(null) }, output, env);
  const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  notes.begin();
  await acts(settled);
  await settled();
  notes.end();
  return text;
}
