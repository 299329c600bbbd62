import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { run } from '../../../../harness/lib/children.ts';

const INSIDE = join(import.meta.dirname, 'names-inside.ts');

const outcomeSchema = z.object({
  reached: z.array(z.string()),
  lines: z.array(z.object({ host: z.string(), status: z.number(), why: z.string().nullable() })),
});

/** A name server that lies, asked by the real resolver of a machine of its own: a network and mount namespace. */
describe('a name that leads into the network of the lab', function () {
  this.timeout(60_000);
  let outcome: z.output<typeof outcomeSchema>;

  before(async function () {
    if (userInfo().uid !== 0) this.skip();
    const { stdout, stderr } = await run('unshare', [
      ...['--net', '--mount', '--'],
      ...[process.execPath, INSIDE],
    ]);
    assert.notEqual(stdout.toString(), '', stderr);
    outcome = outcomeSchema.parse(JSON.parse(stdout.toString()));
  });

  const toldOf = (host: string): { status: number; why: string | null }[] =>
    outcome.lines.filter((line) => line.host === host).map(({ status, why }) => ({ status, why }));

  for (const [name, address] of [
    ['v4.example.org', '127.0.0.1'],
    ['v6.example.org', '::1'],
    ['mapped.example.org', '::ffff:127.0.0.1'],
    ['metadata.example.org', '169.254.169.254'],
    ['router.example.org', '10.0.0.1'],
    ['home.example.org', '192.168.1.1'],
    ['unique.example.org', 'fd00::1'],
    ['own.example.org', '198.51.100.1'],
  ] as const) {
    it(`is refused when it is connected to, and written down, where it is ${address}`, () => {
      // Once in a request as proxies are asked, once in a tunnel.
      const refused = {
        status: 502,
        why: `refused: ${name} is ${address}, in the network of the lab`,
      };
      assert.deepEqual(toldOf(name), [refused, refused]);
    });
  }

  it('is refused the second time, where it was somebody else’s the first time', () => {
    assert.deepEqual(toldOf('rebinds.example.org'), [
      { status: 200, why: null },
      { status: 502, why: 'refused: rebinds.example.org is 127.0.0.1, in the network of the lab' },
    ]);
  });

  it('is led to the address that is not of the lab, where it has both', () => {
    assert.deepEqual(toldOf('both.example.org'), [{ status: 200, why: null }]);
  });

  it('has led nobody to the lab', () => {
    assert.deepEqual(outcome.reached, ['rebinds.example.org', 'both.example.org']);
  });
});
