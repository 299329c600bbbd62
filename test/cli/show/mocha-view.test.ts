import { stripVTControlCharacters } from 'node:util';
import assert from 'node:assert/strict';
import { DOMParser } from '@xmldom/xmldom';
import { z } from 'zod';
import { showWithMocha } from '../../../harness/cli/show/mocha-view.ts';
import { run } from '../../../harness/lib/children.ts';
import { Fault } from '../../../harness/lib/fault.ts';

describe('the Mocha view', () => {
  it('appends a line a trial as they finish side by side, by default', async () => {
    assert.equal(
      await shownWith(),
      '✓ 1/2 stock · arm 1 · 0.1 s\n' +
        '✓ 1/3 mint · arm 1 · 3.2 s\n' +
        '– stock · phone gone\n' +
        '○ 2/3 mint · arm 2 · 4.0 s · void: beacon: not seen\n' +
        '✗ 3/3 mint · arm 3 · 5.0 s · fault: offline: <the phone> went away\n' +
        '  do     Plug it in.\n' +
        'the show is over\n',
    );
  });

  it("shows the same through Mocha's spec reporter", async () => {
    // Mocha colours its words where the environment says CI, whoever reads them.
    const shown = stripVTControlCharacters(await shownWith('spec'));
    const lines = shown.split('\n').map((line) => line.trim());
    const marks = /^(?:[✔✓-] |\d+\) |mint$|stock$|verdicts$|\d+ (?:passing|pending|failing))/;
    assert.deepEqual(
      lines
        .slice(0, lines.indexOf('1 failing') + 1)
        .filter((line) => marks.test(line))
        .map(plain),
      [
        'mint',
        '✔ 1/3 arm 1',
        '- 2/3 arm 2 (void: beacon: not seen)',
        '1) 3/3 arm 3',
        'stock',
        '✔ 1/2 arm 1',
        '- 2/2 arm 2 (not run: phone gone)',
        'verdicts',
        '✔ the record is judged',
        'mint',
        '✔ leaks: search words → sa.api.intl.miui.com',
        String.raw`✔ not seen: page title\u{1b}[2J`,
        'stock',
        '✔ inconclusive: search words',
        '6 passing',
        '2 pending',
        '1 failing',
      ],
    );
  });

  it('gives machines the same through Mocha, with the durations of our records', async () => {
    const test = z.object({ fullTitle: z.string(), duration: z.number().optional() });
    const { passes, pending, failures } = z
      .object({
        passes: z.array(test),
        pending: z.array(test),
        failures: z.array(test.extend({ err: z.object({ message: z.string() }) })),
      })
      .parse(JSON.parse((await shownWith('json')).replace('the show is over\n', '')));
    assert.deepEqual(
      passes.slice(0, 2).map(({ fullTitle, duration }) => [fullTitle, duration]),
      [
        ['mint 1/3 arm 1', 3200],
        ['stock 1/2 arm 1', 100],
      ],
    );
    assert.deepEqual(
      pending.map(({ fullTitle }) => fullTitle),
      ['mint 2/3 arm 2 (void: beacon: not seen)', 'stock 2/2 arm 2 (not run: phone gone)'],
    );
    assert.deepEqual(
      failures.map(({ fullTitle, duration, err }) => [fullTitle, duration, err.message]),
      [['mint 3/3 arm 3', 5000, 'offline: <the phone> went away']],
    );
  });

  it('writes JUnit that an XML parser reads', async () => {
    const xml = (await shownWith('xunit')).replace('the show is over\n', '');
    const document = new DOMParser().parseFromString(xml, 'text/xml');
    const cases = [...document.getElementsByTagName('testcase')];
    assert.deepEqual(
      cases.map((one) => [one.getAttribute('classname'), one.getAttribute('name')]).slice(0, 3),
      [
        ['mint', '1/3 arm 1'],
        ['mint', '2/3 arm 2 (void: beacon: not seen)'],
        ['mint', '3/3 arm 3'],
      ],
    );
    assert.equal(cases.length, 9);
  });

  it('names the reporters when it does not know the one that was asked for', async () => {
    const show = { suites: [], claims: Promise.resolve(null) };
    await assert.rejects(showWithMocha(show, { reporter: 'spek' }), (fault) => {
      assert.ok(fault instanceof Fault);
      assert.equal(fault.message, 'Mocha has no reporter "spek"');
      return true;
    });
  });
});

/** What the show by hand prints with a reporter, in a process of its own: Mocha in Mocha would share its listeners. */
async function shownWith(...reporter: string[]): Promise<string> {
  const program = new URL('by-hand.ts', import.meta.url).pathname;
  const { code, stdout, stderr } = await run(process.execPath, [program, ...reporter]);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  return stdout.toString('utf8');
}

/** Without the milliseconds that a slow test shows. */
function plain(line: string): string {
  return line.replace(/ \(\d+ms\)$/, '').replace(/^(\d+ \w+) \(.*\)$/, '$1');
}
