import assert from 'node:assert/strict';
import { Fields } from '../../../harness/judge/fields/fields.ts';
import { search } from '../../../harness/judge/verdicts/findings.ts';
import { acceptance, GIVEN_UP } from '../../../harness/record/exchange.ts';
import type { Exchange } from '../../../harness/record/exchange.ts';
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
});

/** What stays unread in the first of two trials, when the second saw these handshakes. */
async function unread(accepted: string[], device = 'phone'): Promise<string[]> {
  const given = anExchange({
    ...{ kind: 'unread', host: 'ads.example', bytesUp: 1800, bytesDown: 3000 },
    ...{ why: GIVEN_UP, ja4: BROWSER, method: null, url: null },
  });
  const coverage = { bytes: 0, byClass: {}, read: 1, holds: true, why: [], accepted };
  const trials: TrialRecord[] = [
    aTrial({ id: 'phone-01' }),
    aTrial({ id: 'phone-02', device, coverage }),
  ];
  const exchanges = (id: string): Exchange[] => (id === 'phone-01' ? [given] : []);
  const fields = new Fields([], trials, () => false);
  const { unsearched } = await search({ trials, exchanges, pages: [] }, () => null, {
    hear: () => undefined,
    note: (trial, searched) => fields.note(trial, searched),
    tell: () => undefined,
  });
  return unsearched.map(({ host, why }) => `${host}: ${why}`);
}
