import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { openReached } from '../../../../harness/gather/tap/way/reached.ts';
import type { Dial } from '../../../../harness/gather/tap/way/dial.ts';
import { anExchange } from '../../../builders.ts';

describe('where a host was reached', () => {
  for (const { real, address } of [
    { real: true, address: '127.0.0.1' },
    { real: false, address: null },
  ]) {
    it(`stands in its lines ${real ? 'as the address that was dialled' : 'nowhere, where what is behind is ours'}`, async () => {
      await using server = createServer((socket) => socket.end());
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const at = server.address();
      const port = at !== null && typeof at === 'object' ? at.port : 0;
      const dial: Dial = async () => {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect');
        return socket;
      };
      const reached = openReached(dial, real);
      const socket = await reached.dial('a.example', 443);
      socket.destroy();
      assert.equal(reached.noted(anExchange({ host: 'a.example' })).address, address);
      assert.equal(reached.noted(anExchange({ host: 'b.example' })).address, null);
    });
  }
});
