import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Fields } from '../../../harness/judge/fields/fields.ts';
import { search } from '../../../harness/judge/verdicts/findings.ts';
import { acceptance, CUT_OFF, GIVEN_UP } from '../../../harness/record/exchange.ts';
import type { Body, Exchange } from '../../../harness/record/exchange.ts';
import type { TrialRecord } from '../../../harness/record/trial.ts';
import { anExchange, aTrial } from '../../builders.ts';

const BROWSER = 't13d1516h2_8daaf6152771_02713d6af862';
const SAME_BROWSER_RESUMING = 't13d1517h2_8daaf6152771_b0da82dd1658';
const APP = 't13d1011h1_61a7ad8aa9b6_3fcd1a44f3e3';

describe('a connection that was given up within its handshake', () => {
  it('is unread where its client never went through with one at that host', async () => {
    assert.deepEqual(await unread([]), ['ads.example: given up in its handshake']);
    const others = [acceptance('ads.example', APP), acceptance('other.example', BROWSER)];
    assert.deepEqual(await unread(others), ['ads.example: given up in its handshake']);
    assert.deepEqual(await unread([acceptance('ads.example', BROWSER)], 'another phone'), [
      'ads.example: given up in its handshake',
    ]);
  });

  it('is a lost race where the same client did so in any trial on that device', async () => {
    assert.deepEqual(await unread([acceptance('ADS.example', SAME_BROWSER_RESUMING)]), []);
  });

  it('hides nothing where we broke it off ourselves; another that broke off without a hello does', async () => {
    assert.deepEqual(await unread([], 'phone', { why: CUT_OFF, ja4: null }), []);
    const others = [acceptance('ads.example', BROWSER)];
    assert.deepEqual(await unread(others, 'phone', { why: GIVEN_UP, ja4: null }), [
      'ads.example: given up in its handshake',
    ]);
  });

  it('is searched in its hello, whose chance is no gap', async () => {
    const canary = 'peraki kazije dohula hizuta';
    const chance = createHash('shake256', { outputLength: 2000 }).update('keys').digest();
    const hello = Buffer.concat([chance, Buffer.from(canary), chance]).toString('base64');
    const found: string[] = [];
    const lines = { why: CUT_OFF, ja4: null, requestBody: { base64: hello } };
    assert.deepEqual(await unread([], 'phone', lines, { canary, found }), []);
    assert.deepEqual(new Set(found), new Set(['hello']));
  });
});

/** What stays unread in the first of two trials, when the second saw these handshakes. */
async function unread(
  accepted: string[],
  device = 'phone',
  line: object = {},
  { canary, found }: { canary: string; found: string[] } = { canary: 'none', found: [] },
): Promise<string[]> {
  const given = anExchange({
    ...{ kind: 'unread', host: 'ads.example', bytesUp: 1800, bytesDown: 3000 },
    ...{ why: GIVEN_UP, ja4: BROWSER, method: null, url: null, ...line },
  });
  const coverage = {
    bytes: 0,
    byClass: {},
    read: 1,
    holds: true,
    why: [],
    shortened: 0,
    recount: null,
    accepted,
    tls: [],
  };
  const trials: TrialRecord[] = [
    aTrial({ id: 'phone-01', canaries: [{ name: 'words', mold: 'words', value: canary }] }),
    aTrial({ id: 'phone-02', device, coverage }),
  ];
  const exchanges = (id: string): Exchange[] => (id === 'phone-01' ? [given] : []);
  const fields = new Fields([], trials, () => false);
  const { unsearched } = await search({ trials, exchanges, pages: [] }, bytesOf, {
    hear: () => undefined,
    note: (trial, searched) => fields.note(trial, searched),
    tell: ({ where }) => {
      found.push(where);
    },
  });
  return unsearched.map(({ host, why }) => `${host}: ${why}`);
}

function bytesOf(body: Body): Buffer | null {
  return 'base64' in body ? Buffer.from(body.base64, 'base64') : null;
}
