import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import fc from 'fast-check';
import { commandLine, openAdb } from '../../../harness/gather/devices/adb.ts';

describe('words for a phone', () => {
  it('reach a real shell as they are, whatever is in them', () => {
    const words = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary' }).map((word) => word.replaceAll('\0', '').toWellFormed()),
        fc.constantFrom("'", '$(id)', '`id`', '\n', '-n', '*', '\\', '"$HOME"', ' ', '~', '#', ''),
      ),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(words, (given) => {
        const script = `printf '%s\\0' ${commandLine(given)}`;
        const printed = execFileSync('sh', ['-c', script]).toString('utf8');
        assert.deepEqual(printed.split('\0').slice(0, -1), given);
      }),
      { numRuns: 60 },
    );
  });

  it('never hold a NUL, which would end the command line early', () => {
    assert.throws(() => commandLine(['a\0b']), /NUL/);
  });
});

describe('a phone behind an adb server', () => {
  it('gives output and exit code of a command that ran to its end', async () => {
    await using server = await aServer((command) => `hello\nleaklab-end 3\n${command.slice(0, 0)}`);
    const device = openAdb(server).device('red');
    assert.deepEqual(await device.shell(['true']), { code: 3, output: 'hello\n' });
  });

  it('is offline when its shell ends without saying that it came to its end', async () => {
    await using server = await aServer(() => 'hel');
    await assert.rejects(openAdb(server).device('red').shell(['id']), {
      code: 'phone-offline',
      message: 'red: cut short: id',
    });
  });

  it('is mute when it answers nothing', async () => {
    await using server = await aServer(() => null);
    await assert.rejects(openAdb(server).device('red').shell(['id'], 50), {
      code: 'phone-mute',
      message: 'red: no answer in 0.05 s',
    });
  });

  it('is told apart from an adb server that is gone, and none is started in its place', async () => {
    const server = await aServer(() => null);
    const { port, host } = server;
    await server[Symbol.asyncDispose]();
    await assert.rejects(openAdb({ host, port }).devices(), { code: 'adb-gone' });
    await assert.rejects(openAdb({ host, port }).version(), { code: 'adb-gone' });
  });

  it('says what it refused', async () => {
    await using server = await aServer(() => 'Permission denied\nleaklab-end 1\n');
    await assert.rejects(openAdb(server).device('red').ask(['cat', '/data/x']), {
      code: 'phone-refused',
      message: 'red: cat /data/x ended with 1: Permission denied',
    });
  });
});

interface PretendServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

/** An adb server with one phone, whose shell prints what it is told to, or says nothing at all for null. */
async function aServer(shell: (command: string) => string | null): Promise<PretendServer> {
  const server: Server = createServer((socket) => {
    let asked = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      asked = Buffer.concat([asked, chunk]);
      for (;;) {
        const length = Number.parseInt(asked.toString('latin1', 0, 4), 16);
        if (Number.isNaN(length) || asked.length < 4 + length) return;
        const command = asked.toString('utf8', 4, 4 + length);
        asked = asked.subarray(4 + length);
        socket.write('OKAY');
        if (!command.startsWith('shell:')) continue;
        const printed = shell(command);
        if (printed !== null) socket.end(printed);
      }
    });
    open.add(socket);
  });
  const open = new Set<Socket>();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return {
    host: '127.0.0.1',
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
