import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { run } from '../../../../harness/lib/children.ts';

const FILES = fileURLToPath(
  new URL('../../../../harness/gather/tap/way/files.ts', import.meta.url),
);
const ASK = `const { enoughFiles } = await import(process.argv[1]);
  console.log(await enoughFiles().catch(({ code, message }) => code + ': ' + message));`;

/** What a program says that was started under this limit. */
async function under(limit: string): Promise<string> {
  const node = [process.execPath, '--input-type=module', '--eval', ASK, FILES];
  const { stdout, stderr } = await run('sh', ['-c', `ulimit ${limit}; exec "$@"`, 'sh', ...node]);
  assert.equal(stderr, '');
  return stdout.toString().trim();
}

describe('a program that may not open enough files', function () {
  this.timeout(20_000);

  it('does not begin to listen, and is not stopped by a limit that Node lifts', async () => {
    assert.match(await under('-n 1024'), /^few-files: this program may have 1024 files open/);
    assert.equal(await under('-Sn 256; ulimit -Hn 5000'), '5000');
  });
});
