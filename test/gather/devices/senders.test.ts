import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { packagesIn, sendersOf, uidsIn } from '../../../harness/gather/devices/senders.ts';

/** As Android 9 writes it: one connection of an app, one that listens, one that waits for stray packets, one of IPv6. */
const TABLES = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100A8C0:C350 0A6433C6:01BB 01 00000000:00000000 00:00000000 00000000 10123        0 30000 1 0000000000000000 20 4 30 10 -1
   1: 00000000:15B3 00000000:0000 0A 00000000:00000000 00:00000000 00000000  2000        0 30001 1 0000000000000000 100 0 0 10 0
   2: 0100A8C0:C351 0A6433C6:01BB 06 00000000:00000000 03:00000A2C 00000000     0        0 0 3 0000000000000000
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0000000000000000FFFF00000100A8C0:C352 0000000000000000FFFF00000A6433C6:01BB 01 00000000:00000000 02:00000A2C 00000000  1000        0 30002 2 0000000000000000 20 4 0 10 -1
`;
const LIST =
  'package:com.mi.globalbrowser.mini uid:10123\npackage:android uid:1000\npackage:com.android.settings uid:1000\n';

describe('who holds a connection', () => {
  it('is read from the kernel’s list: living connections of either protocol, none that listens or has lost its owner', () => {
    assert.deepEqual(
      [...uidsIn(TABLES)],
      [
        [0xc350, 10_123],
        [0xc352, 1_000],
      ],
    );
  });

  it('reads the list of this very kernel as it is', async () => {
    const server = createServer((socket) => socket.resume());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const at = server.address();
    assert.ok(at !== null && typeof at === 'object');
    const client = connect(at.port, '127.0.0.1');
    await once(client, 'connect');
    const uids = uidsIn(await readFile('/proc/net/tcp', 'utf8'));
    assert.equal(uids.get(client.localPort ?? 0), process.getuid?.());
    client.destroy();
    server.close();
  });

  it('is the app under that UID, or all that share it', () => {
    assert.equal(packagesIn(LIST).get(10_123), 'com.mi.globalbrowser.mini');
    assert.equal(packagesIn(LIST).get(1_000), 'android, com.android.settings');
  });

  it('is asked once for all who wait, and never again of a phone that refuses', async () => {
    const asked: string[] = [];
    const phone = (open: boolean): Parameters<typeof sendersOf>[0] => ({
      shell: (words) => {
        asked.push(words.join(' '));
        if (words[0] === 'pm') return Promise.resolve({ code: 0, output: LIST });
        const output = open ? TABLES : 'cat: /proc/net/tcp: Permission denied\n';
        return Promise.resolve({ code: open ? 0 : 1, output });
      },
    });
    const of = sendersOf(phone(true));
    const first = of(0xc350);
    assert.deepEqual(await Promise.all([first, of(0xc352), of(7)]), [
      'com.mi.globalbrowser.mini',
      'android, com.android.settings',
      null,
    ]);
    assert.equal(asked.filter((one) => one.startsWith('cat')).length, 2);
    asked.length = 0;
    const refusing = sendersOf(phone(false));
    assert.deepEqual([await refusing(0xc350), await refusing(0xc350)], [null, null]);
    assert.equal(asked.length, 1);
  });
});
