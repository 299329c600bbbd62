import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { freePort } from '../../../harness/gather/devices/server.ts';
import { Fault } from '../../../harness/lib/fault.ts';

describe('a free port', () => {
  it('is none that a connection of this machine may be given before a server listens there', async function () {
    const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8');
    const lowest = Number(range.split(/\s+/)[0]);
    // A machine that gives out every port to connections leaves none to choose from.
    if (lowest < 32_768) this.skip();
    const ports = await Promise.all(Array.from({ length: 20 }, () => freePort(0, 'port-taken')));
    assert.ok(Math.max(...ports) < lowest, ports.join());
    assert.equal(new Set(ports).size, 20, 'two that ask at once never get the same');
  });

  it('is passed over where something listens, and refused where it was asked for by number', async () => {
    const first = await freePort(0, 'port-taken');
    const server = createServer().listen(first + 1, '127.0.0.1');
    await once(server, 'listening');
    assert.notEqual(await freePort(0, 'port-taken'), first + 1);
    await assert.rejects(
      freePort(first + 1, 'port-taken'),
      (error) => error instanceof Fault && error.code === 'port-taken',
    );
    server.close();
  });
});
