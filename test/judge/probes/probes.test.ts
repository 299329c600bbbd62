import assert from 'node:assert/strict';
import { judge } from '../../../harness/judge/judge.ts';
import { probesInWords } from '../../../harness/judge/probes/words.ts';
import type { Verdicts } from '../../../harness/judge/verdicts/shape.ts';
import type { Exchange } from '../../../harness/record/exchange.ts';
import { nearAddress, rangeOf, refusedNear } from '../../../harness/record/near.ts';
import { aPlan, aTrial, anExchange } from '../../builders.ts';

const PAGE: [string, string] = ['Referer', 'https://visited.leaklab.test/'];

describe('who looked into the network that a device was in', () => {
  it('is told by page or native, address, ports and condition, in k of n sound trials', async () => {
    const door = (port: number): Exchange =>
      anExchange({
        host: '127.0.0.1',
        port,
        requestHeaders: [PAGE],
        why: refusedNear('127.0.0.1', '127.0.0.1'),
      });
    const { probes } = await judged({
      'phone-01': [anExchange({ host: 'other.example' }), door(5900), door(3389), door(5900)],
      'phone-02': [door(5900)],
      'phone-03': [],
    });
    assert.deepEqual(probes, [
      {
        device: 'phone',
        browser: 'mint',
        stamp: 'REFERENCE HANDSET',
        condition: { mode: 'incognito' },
        origin: 'page',
        originFrom: 'it names the page it comes from (visited.leaklab.test)',
        page: 'visited.leaklab.test',
        sender: null,
        host: '127.0.0.1',
        address: '127.0.0.1',
        range: 'loopback',
        ports: [3389, 5900],
        morePorts: false,
        seen: 2,
        sound: 3,
        uncounted: 0,
        attempts: 4,
        evidence: { trial: 'phone-01', exchange: 'x1', line: 2 },
      },
    ]);
  });

  it('is told of a name that leads there, and of what could not be read', async () => {
    const { probes } = await judged({
      'phone-01': [
        anExchange({ host: 'rebinds.example', why: refusedNear('rebinds.example', '::1') }),
        anExchange({ kind: 'unread', host: '192.168.1.1', port: 22, why: 'no-request' }),
        anExchange({ kind: 'unread', host: '::ffff:127.0.0.1', port: 80, why: 'cert-rejected' }),
        anExchange({
          kind: 'raw',
          host: 'fe80::1',
          port: 7,
          why: refusedNear('fe80::1', 'fe80::1'),
        }),
        // None of these did: an address that is anybody's, a question for a name, an answer.
        anExchange({ host: '203.0.113.9' }),
        anExchange({ kind: 'dns', host: '10.0.0.1', port: 53 }),
        anExchange({ kind: 'raw', host: '10.0.0.1', direction: 'down' }),
      ],
    });
    assert.deepEqual(
      probes.map(({ host, address, range, ports, origin }) => [
        host,
        address,
        range,
        ports,
        origin,
      ]),
      [
        ['rebinds.example', '::1', 'loopback', [443], 'native'],
        ['192.168.1.1', '192.168.1.1', 'private', [22], 'unknown'],
        ['::ffff:127.0.0.1', '127.0.0.1', 'loopback', [80], 'unknown'],
        ['fe80::1', 'fe80::1', 'link-local', [7], 'unknown'],
      ],
    );
  });

  it('counts void trials apart, and says of a scan of ports that there were more', async () => {
    const scan = Array.from({ length: 150 }, (_, at) =>
      anExchange({ host: '10.1.1.1', port: 1000 + at, why: refusedNear('10.1.1.1', '10.1.1.1') }),
    );
    const { probes } = await judged({ 'phone-01': scan, 'phone-02': scan }, ['phone-02']);
    const [row] = probes;
    assert.deepEqual(
      [probes.length, row?.seen, row?.sound, row?.uncounted, row?.attempts],
      [1, 1, 1, 1, 300],
    );
    assert.deepEqual([row?.ports.length, row?.morePorts], [100, true]);
  });

  it('is nobody where nobody was told of', async () => {
    const verdicts = await judged({ 'phone-01': [anExchange()] });
    assert.deepEqual([verdicts.probes, probesInWords(verdicts, 'results/run')], [[], []]);
  });

  it('is said in words with its proof and stamp, and that nobody knows who would have answered', async () => {
    const headers: [string, string][] = [['User-Agent', 'okhttp/4.9']];
    const why = refusedNear('router.example', '192.168.1.1');
    const asked = { host: 'router.example', port: 80, requestHeaders: headers, why };
    const verdicts = await judged({
      'phone-01': [anExchange({ ...asked, sender: 'com.example.app' })],
      'phone-02': [],
    });
    assert.deepEqual(probesInWords(verdicts, 'results/run'), [
      'LOOKED INTO THE NETWORK THAT IT WAS IN (nothing was led there: whether anybody would have answered is not known)',
      '  phone (mint)                                               REFERENCE HANDSET',
      '    mode incognito',
      '      the browser or ROM itself (native), sent by com.example.app → router.example, which is 192.168.1.1 (private), port 80: in 1 of 2 sound trials, once',
      "        known because: sent by an app's own client (okhttp/4.9), no page named",
      '        proof  results/run/trials/phone-01/exchanges.jsonl line 1',
      '',
    ]);
  });
});

describe('a near address', () => {
  for (const [address, range] of [
    ['127.8.8.8', 'loopback'],
    ['0.0.0.0', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['64:ff9b::7f00:1', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['172.31.255.255', 'private'],
    ['fd12::1', 'private'],
    ['224.0.0.251', 'multicast'],
    ['198.18.0.1', "nobody's"],
    ['172.32.0.1', null],
    ['2001:db8::1', null],
    ['localhost', null],
  ] as const) {
    it(`is of the range that RFC 6890 gives it: ${address}, ${range ?? 'none'}`, () => {
      assert.equal(rangeOf(address), range);
    });
  }

  for (const [host, near] of [
    ['224.0.0.251', true],
    ['239.255.255.250', true],
    ['255.255.255.255', true],
    ['ff02::fb', true],
    ['224.0.1.1', false],
    ['ff0e::101', false],
  ] as const) {
    it(`of a group is ${near ? 'a look at the neighbours' : 'none at anybody near'}: ${host}`, () => {
      assert.equal(nearAddress({ host, why: null }), near ? host : null);
      assert.equal(rangeOf(host), 'multicast');
    });
  }

  it('is taken from the tap’s own words, and no host can put words into its mouth', () => {
    const told = { host: 'a', why: refusedNear('a is 8.8.8.8, in the network of the lab', '::1') };
    assert.equal(nearAddress(told), '::1');
    assert.equal(
      nearAddress({ host: 'a', why: 'refused: nothing goes out, not to a either' }),
      null,
    );
  });
});

/** What the judge says of a record in which the trials of these names have these lines; `voided` are void. */
async function judged(
  lines: Record<string, readonly Exchange[]>,
  voided: readonly string[] = [],
): Promise<Verdicts> {
  const trials = Object.keys(lines).map((id, at) =>
    aTrial({
      id,
      replicate: at + 1,
      ...(voided.includes(id) && { sound: false, void: ['beacon'] }),
    }),
  );
  const { verdicts } = await judge({
    ...{ plan: aPlan(), ledgerHead: 'head', codeVersion: 'test', devices: [], trials },
    exchanges: (id) => lines[id] ?? [],
    body: () => null,
  });
  return verdicts;
}
