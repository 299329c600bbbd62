import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, Server, Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { makeRunAuthority } from '../../../harness/gather/tap/reader/authority.ts';
import { openFront } from '../../../harness/gather/tap/front.ts';
import { openPressure } from '../../../harness/gather/tap/lines/pressure.ts';
import { openReader } from '../../../harness/gather/tap/mockttp.ts';
import { openTap } from '../../../harness/gather/tap/open.ts';
import { straight, throughProxy } from '../../../harness/gather/tap/way/dial.ts';
import { portOf } from '../../../harness/gather/tap/way/loopback.ts';
import { systemClock } from '../../../harness/lib/clock.ts';

const readerNeeds = {
  device: 'pretend',
  now: systemClock().now(),
  dial: straight,
  roots: [],
  ours: () => null,
  isOurs: () => false,
  others: null,
  tell: () => undefined,
  pressure: openPressure(),
};
const DAY = Date.parse('2026-11-25T00:00:00Z');
const silent = {
  opened: () => undefined,
  targeted: () => undefined,
  passed: () => undefined,
  notLed: () => undefined,
  ended: () => undefined,
  refused: () => undefined,
  fell: () => undefined,
};

describe('the doors of the tap', function () {
  this.timeout(20_000);

  it('leave the way servers listen as they found it, also when several open at once', async () => {
    const listen = Reflect.get(Server.prototype, 'listen');
    await using one = await openReader(readerNeeds);
    await using both = await openReader(readerNeeds);
    assert.notEqual(one.port, both.port);
    assert.equal(Reflect.get(Server.prototype, 'listen'), listen);
  });

  it('show an authority that is this device’s alone, named for the day, and gone within the month', async () => {
    const [first, second] = [
      await makeRunAuthority('red', DAY, 0),
      await makeRunAuthority('red', DAY, 0),
    ];
    const { subject, ca, validFromDate, validToDate, publicKey } = new X509Certificate(first.cert);
    assert.deepEqual([subject, ca], ['O=Leaklab\nCN=Leaklab red 2026-11-25', true]);
    const days = [validFromDate, validToDate].map((date) => (date.getTime() - DAY) / 864e5);
    assert.deepEqual(days, [-2, 30]);
    assert.ok(!publicKey.equals(new X509Certificate(second.cert).publicKey));
  });

  it('are on 127.0.0.1 only', async () => {
    await using tap = await openTap({ device: 'pretend', world: null, clock: systemClock() });
    await using reader = await openReader(readerNeeds);
    const others = Object.values(networkInterfaces())
      .flat()
      .flatMap((one) =>
        one && one.address !== '127.0.0.1' && !one.address.startsWith('fe80') ? [one.address] : [],
      );
    for (const port of [tap.port, reader.port]) {
      for (const address of [...others, '127.0.0.2', '::1']) {
        assert.equal(await outcome(port, address), 'closed', `${address} port ${String(port)}`);
      }
    }
  });

  it('serve a phone that happens to come from the port of a connection of ours', async () => {
    const upstream = createServer((socket) => {
      socket
        .on('error', () => undefined)
        .once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          socket.once('data', () => {
            socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfar!');
          });
        });
    }).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const ours = once(upstream, 'connection', { signal: AbortSignal.timeout(5000) });
    await using reader = await openReader({
      ...readerNeeds,
      dial: throughProxy(`http://127.0.0.1:${String(portOf(upstream))}`),
    });
    const ask = 'GET http://far.example.org/ HTTP/1.1\r\nHost: far.example.org\r\n\r\n';
    const first = connect(reader.port, '127.0.0.1');
    first.write(ask);
    const out: unknown = (await ours).at(0);
    await once(first, 'data');
    const remotePort = out instanceof Socket ? out.remotePort : 0;
    const door = createServer((phone) => {
      reader.take(Object.defineProperty(phone, 'remotePort', { value: remotePort }));
    }).listen(0, '127.0.0.1');
    await once(door, 'listening');
    const second = connect(portOf(door), '127.0.0.1');
    second.write(ask);
    const answer: unknown = (await once(second, 'data')).at(0);
    assert.match(String(answer), /^HTTP\/1\.1 200/);
    for (const socket of [first, second]) socket.destroy();
    for (const server of [upstream, door]) server.close();
  });

  it('reset a peer that is not 127.0.0.1', async () => {
    await using tap = await openTap({ device: 'pretend', world: null, clock: systemClock() });
    await using reader = await openReader(readerNeeds);
    for (const port of [tap.port, reader.port]) {
      assert.equal(await outcome(port, '127.0.0.1', '127.0.0.2'), 'closed');
      assert.equal(await outcome(port, '127.0.0.1', '127.0.0.1'), 'open');
    }
  });

  it('close on half a CONNECT when patience is at an end', async () => {
    await using front = await openFront(
      {
        ...{ read: () => undefined, carry: () => undefined, peers: new Map(), past: () => null },
        senderOf: () => Promise.resolve(null),
      },
      silent,
      {
        clock: systemClock(),
        patienceMs: 20,
      },
    );
    const socket = connect(front.port, '127.0.0.1');
    socket.resume().write('CONNECT half.example.org:4');
    await once(socket, 'close');
  });
});

/** Whether a page of ours is answered there, or the connection refused or reset without a byte. */
async function outcome(
  port: number,
  host: string,
  localAddress?: string,
): Promise<'open' | 'closed'> {
  const socket = connect({ port, host, ...(localAddress !== undefined && { localAddress }) });
  socket.write('GET http://x.leaklab.test/ HTTP/1.1\r\nHost: x.leaklab.test\r\n\r\n');
  return await new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      resolve('open');
      socket.destroy();
    });
    socket.once('close', () => {
      resolve('closed');
    });
  });
}
