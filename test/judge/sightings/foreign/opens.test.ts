import assert from 'node:assert/strict';
import fc from 'fast-check';
import { run } from '../../../../harness/lib/children.ts';
import { makeSpotter } from '../../../../harness/judge/sightings/spot.ts';
import { FULL_BUDGET, Purse } from '../../../../harness/judge/sightings/tree/budget.ts';
import { Peeler } from '../../../../harness/judge/sightings/tree/peel.ts';
import { ENCODERS } from '../grid/all-encoders.ts';
import { isAsked } from './holds.ts';
import type { Kind } from './payloads.ts';
import { PAYLOADS } from './payloads.ts';
import { foreign, python } from './python.ts';

/** How many payloads of a kind: the long series is `LEAKLAB_FUZZ=60 npm test -- test/judge/sightings/foreign`. */
const EACH = Number(process.env['LEAKLAB_FUZZ'] ?? 3);

describe('whatever other people’s encoders wrap comes out as it went in', () => {
  it('of Python’s, most of them of its standard library', async function () {
    this.timeout(600_000);
    const command = await python();
    if (command === null) {
      process.stdout.write('      no python3 here: its encoders are not tried\n');
      this.skip();
    }
    await using encoders = await foreign(command);
    if (encoders.missing.length > 0)
      process.stdout.write(`      without ${[...new Set(encoders.missing)].join(', ')}\n`);
    assert.ok(encoders.encoders.length > 130, `${encoders.encoders.length} encoders`);
    const all: string[] = [];
    for (const { name, textOnly } of encoders.encoders) {
      const pack = async (bytes: Buffer, turn: number): Promise<Buffer> =>
        await encoders.pack(name, bytes, turn);
      all.push(...(await lost(name, textOnly, pack)));
    }
    assert.deepEqual(all, []);
  });

  it('of npm’s', async function () {
    this.timeout(600_000);
    const all: string[] = [];
    for (const { name, textOnly, pack } of ENCODERS) {
      all.push(...(await lost(name, textOnly, pack)));
    }
    assert.deepEqual(all, []);
  });

  for (const [name, command, ...args] of TOOLS()) {
    it(`of ${name}`, async function () {
      this.timeout(60_000);
      const there = await run('sh', ['-c', `command -v ${command}`]);
      if (there.code !== 0) this.skip();
      const all = await lost(name, false, async (input) => {
        const { code, stdout } = await run(command, args, { input });
        assert.equal(code, 0);
        return stdout;
      });
      assert.deepEqual(all, []);
    });
  }
});

function TOOLS(): [string, string, ...string[]][] {
  return [
    ['xxd -p', 'xxd', '-p'],
    ['xxd -i', 'xxd', '-i'],
    ['zstd -19', 'zstd', '-19', '-c', '-q'],
    ['lz4', 'lz4', '-c', '-q'],
    ['brotli', 'brotli', '-c'],
    ['gzip -1', 'gzip', '-1', '-c', '-n'],
    ['base64', 'base64'],
    ['base32', 'base32'],
    ['openssl base64', 'openssl', 'base64'],
    ['od', 'od', '-An', '-v', '-tx1'],
  ];
}

/** The first payload of each kind that did not come out. */
async function lost(
  name: string,
  textOnly: boolean,
  pack: (bytes: Buffer, turn: number) => Buffer | Promise<Buffer>,
): Promise<string[]> {
  const all: string[] = [];
  for (const kind of ['address', 'event', 'words', 'bytes'] satisfies Kind[]) {
    if ((textOnly && kind === 'bytes') || !isAsked(name, kind)) continue;
    let turn = 0;
    const { counterexample } = await fc.check(
      fc.asyncProperty(PAYLOADS[kind], async (payload) => {
        const packed = await pack(payload, turn++);
        // lz4js gives nothing for what does not shrink.
        return packed.length === 0 || cameOut(packed, payload);
      }),
      { numRuns: EACH, seed: 1, endOnFailure: true },
    );
    const [payload] = counterexample ?? [];
    if (payload !== undefined) all.push(`${name}, ${kind}: ${JSON.stringify(payload.toString())}`);
  }
  return all;
}

/** Whether a payload is seen when it is looked for, byte for byte, and only there. */
function cameOut(packed: Buffer, payload: Buffer): boolean {
  const form = { name: 'payload', bytes: payload, subject: 'value', strength: 1, entropy: 64 };
  const { found } = new Peeler(makeSpotter([{ owner: 0, form }])).peel(
    packed,
    new Purse(FULL_BUDGET),
  );
  return found.length > 0;
}
