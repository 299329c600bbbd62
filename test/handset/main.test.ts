import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { makeRoot } from '../../harness/handset/world/root.ts';
import { run, spawnChild } from '../../harness/lib/children.ts';
import { systemClock } from '../../harness/lib/clock.ts';

const MAIN = 'harness/handset/main.ts';
const readySchema = z.strictObject({
  ready: z.literal(true),
  serial: z.string(),
  port: z.number(),
});

describe('the reference handset as a program', () => {
  let folder = '';
  let root = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leaklab-test-'));
    root = join(folder, 'root.pem');
    await writeFile(root, (await makeRoot(systemClock().now())).cert);
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  it('says in one line where it listens, takes faults, survives nonsense, ends when told to', async () => {
    const trace = join(folder, 'trace.jsonl');
    await using child = await spawnChild(process.execPath, [
      ...[MAIN, '--rom', 'lineage-17', '--root', root, '--trace', trace, '--timelapse', '100'],
    ]);
    const errors = text(child.stderr);
    const [line] = z.tuple([z.string()]).parse(await once(createInterface(child.stdout), 'line'));
    const ready = readySchema.parse(JSON.parse(line));
    assert.equal(ready.serial, `127.0.0.1:${ready.port}`);
    const host = connect(ready.port, '127.0.0.1');
    await once(host, 'connect');
    host.resume();
    host.on('error', () => undefined);
    child.stdin.write('nonsense\n{"do":"dance"}\n{"do":"drop"}\n');
    await once(host, 'close');
    const again = connect(ready.port, '127.0.0.1');
    await once(again, 'connect');
    again.destroy();
    process.kill(child.pid, 'SIGTERM');
    assert.equal(await child.ended, 0);
    assert.equal((await errors).match(/Not a command/g)?.length, 2);
    assert.equal(await readFile(trace, 'utf8'), '');
  });

  it('is told by its control socket, which only its owner may open', async () => {
    const control = join(folder, 'handset.sock');
    {
      // Killed with -9, it leaves the socket's name behind.
      await using killed = await spawnChild(process.execPath, [
        ...[MAIN, '--rom', 'miui-11-stock', '--root', root, '--control', control],
      ]);
      await once(createInterface(killed.stdout), 'line');
      process.kill(killed.pid, 'SIGKILL');
      await killed.ended;
      assert.ok((await stat(control)).isSocket());
    }
    await using child = await spawnChild(process.execPath, [
      ...[MAIN, '--rom', 'miui-11-stock', '--root', root, '--control', control],
    ]);
    await once(createInterface(child.stdout), 'line');
    assert.equal((await stat(control)).mode & 0o777, 0o600);
    const tell = async (line: string): Promise<[number, string]> => {
      const { code, stdout } = await run(process.execPath, [
        ...['harness/handset/tell.ts', control, line],
      ]);
      return [code, stdout.toString()];
    };
    const fault = '{"do":"fault","what":{"fault":"clock-wrong","byMs":1000}}';
    assert.deepEqual(await tell(fault), [0, '{"ok":true}\n']);
    assert.deepEqual(await tell('{"do":"faults"}'), [
      0,
      '{"ok":true,"faults":[{"fault":"clock-wrong","byMs":1000}]}\n',
    ]);
    assert.equal((await tell('nonsense'))[0], 1);
  });

  for (const [what, words, expected] of [
    [
      'an unknown profile',
      ['--rom', 'miui-99', '--root', 'ROOT'],
      /lineage-17, .*miui-11-mint-3\.4\.0/,
    ],
    ['a root that is none', ['--rom', 'lineage-17', '--root', MAIN], /is no certificate/],
    ['no root', ['--rom', 'lineage-17'], /root/],
    [
      'an argument it does not know',
      ['--rom', 'x', '--rooot', 'y'],
      /Known: --rom, --root, --port/,
    ],
    ['a state it does not know', ['--rom', 'x', '--root', 'y', '--state', 'on'], /unauthorized/],
  ] as const) {
    it(`stops with advice and without a stack at ${what}`, async () => {
      const args = words.map((word) => (word === 'ROOT' ? root : word));
      const { code, stderr, stdout } = await run(process.execPath, [MAIN, ...args]);
      assert.equal(code, 1);
      assert.match(stderr, expected);
      assert.doesNotMatch(stderr, /\n\s+at /);
      assert.equal(stdout.length, 0);
    });
  }
});
