import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../harness/lib/children.ts';
import { writeRun } from '../judge/compare/records.ts';

const MAIN = new URL('../../harness/cli/main.ts', import.meta.url).pathname;
const RUN = '20261123T100000Z-incognito-aaaa';

describe('leaklab judge', function () {
  this.timeout(60_000);
  let home = '';
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'leaklab-test-'));
  });
  afterEach(() => rm(home, { recursive: true }));

  const judged = async (
    name: string,
  ): Promise<{ code: number; stdout: string; stderr: string }> => {
    const { NO_COLOR: _, npm_command: __, ...env } = process.env;
    const words = ['env', ['-C', home, process.execPath, MAIN, 'judge', name]] as const;
    const { code, stdout, stderr } = await run(...words, { env });
    return { code, stdout: stdout.toString('utf8'), stderr: stderr.replaceAll(home, 'HOME') };
  };
  const refused = async (
    name: string,
    message: string,
    why: string,
    advice: string,
  ): Promise<void> => {
    const stderr = `✗ ${message}\n  where  leaklab judge ${name} (${why})\n  do     ${advice}\n`;
    assert.deepEqual(await judged(name), { code: 1, stdout: '', stderr });
  };

  it('gives no number for a half-written run, and says how to go on with it', async () => {
    await writeRun(home, { run: RUN, ended: 7 });
    await refused(
      RUN,
      `${RUN} was not run to its end on any device: phone (5 trials are missing)`,
      'unfinished-run',
      `Go on with it: npm run scenario incognito -- --resume ${RUN}`,
    );
  });

  it('tells a run that never began from one that is not there', async () => {
    await mkdir(join(home, 'results', RUN), { recursive: true });
    await refused(
      RUN,
      `HOME/results/${RUN} was ended before its plan was written down: there is nothing in it to go on with`,
      'never-begun',
      'Start a new run, and delete that folder.',
    );
    await refused(
      'nothing',
      'there is no run "nothing" in results/.',
      'no-such-run',
      `Use one of: ${RUN}.`,
    );
    const begun = RUN.slice(0, 20);
    await refused(
      begun,
      `there is no run "${begun}" in results/. Did you mean "${RUN}"?`,
      'no-such-run',
      `Use one of: ${RUN}.`,
    );
  });

  it('refuses a recipients.json that it does not understand, by the field', async () => {
    await writeRun(home, { run: RUN });
    await writeFile(
      join(home, 'recipients.json'),
      JSON.stringify({
        domains: [{ domain: 'miui.com', registrant: 'somebody', source: 'whois' }],
      }),
    );
    const { code, stdout, stderr } = await judged(RUN);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^✗ recipients\.json: domains\.0\.date: /);
  });
});
