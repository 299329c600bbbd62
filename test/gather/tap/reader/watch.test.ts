import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openPressure } from '../../../../harness/gather/tap/lines/pressure.ts';
import { openReader } from '../../../../harness/gather/tap/mockttp.ts';
import { portOf } from '../../../../harness/gather/tap/way/loopback.ts';
import { systemClock } from '../../../../harness/lib/clock.ts';
import { MB, pour } from '../hostile/far.ts';

/** Above what the kernel takes for two connections, below what comes when each turn brings a piece. */
const MOST = 64 * MB;
const TURNS = 4_000;

describe('an answer that the phone does not take', function () {
  this.timeout(30_000);

  it('is not fetched any further, however often the disk has caught up with what was told of it', async () => {
    const pressure = openPressure(0);
    const far = createServer((_request, response) => {
      void pour(response, Infinity);
    });
    far.listen(0, '127.0.0.1');
    await once(far, 'listening');
    const port = portOf(far);
    let told = 0;
    await using reader = await openReader({
      ...{
        device: 'pretend',
        now: systemClock().now(),
        roots: [],
        ours: () => null,
        isOurs: () => false,
        others: null,
      },
      dial: async () => {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect');
        return socket;
      },
      pressure,
      tell: (event) => {
        if (event.kind !== 'response-bytes') return;
        told += event.bytes.length;
        // It waits for the disk for one turn.
        pressure.add(1);
        setImmediate(() => {
          pressure.done(1);
        });
      },
    });
    const phone = connect(reader.port, '127.0.0.1').on('error', () => undefined);
    phone.write('GET http://far.example.org/ HTTP/1.1\r\nHost: far.example.org\r\n\r\n');
    await once(phone, 'readable');
    for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
    phone.destroy();
    far.closeAllConnections();
    far.close();
    assert.ok(told > 64 * 1024, String(told));
    assert.ok(told < MOST, `${String(told / MB)} MB were fetched`);
  });
});
