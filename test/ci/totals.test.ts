import assert from 'node:assert/strict';
import { join } from 'node:path';
import { run } from '../../harness/lib/children.ts';
import { aCheckoutWith } from './planted.ts';

describe('the totals', () => {
  it('are the last line, and failures decide the exit code', async () => {
    const { code, lines } = await tested(`
      it('holds', () => undefined);
      it('holds as well', () => undefined);
      it('is left out');
      it('fails', () => { throw new Error('no'); });
    `);
    assert.equal(lines.at(-1), '2 passed, 1 failed');
    assert.equal(code, 1);
  });

  it('say so when all is well', async () => {
    const { code, lines } = await tested(`it('holds', () => undefined);`);
    assert.equal(lines.at(-1), '1 passed, 0 failed');
    assert.equal(code, 0);
  });
});

async function tested(tests: string): Promise<{ code: number; lines: string[] }> {
  await using checkout = await aCheckoutWith({ 'test/a.test.ts': tests });
  const script = 'cd "$0" && exec "$1" --reporter .ci/totals.cjs';
  const mocha = join(checkout.root, 'node_modules/.bin/mocha');
  const { code, stdout, stderr } = await run('sh', ['-c', script, checkout.root, mocha]);
  assert.equal(stderr, '');
  return { code, lines: stdout.toString('utf8').trimEnd().split('\n') };
}
