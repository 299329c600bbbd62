import assert from 'node:assert/strict';
import { tlsOf } from '../../../harness/judge/outside/tls.ts';
import { outsideContrastsOf } from '../../../harness/judge/outside/apart.ts';
import type { Outside } from '../../../harness/judge/outside/outside.ts';
import { openOutside } from '../../../harness/judge/outside/outside.ts';
import { outsideOf } from '../../../harness/judge/outside/sizes.ts';
import type { Exchange } from '../../../harness/record/exchange.ts';
import type { TrialRecord } from '../../../harness/record/trial.ts';
import { aBlock, anExchange, aTrial, twelvePairs } from '../../builders.ts';

const [NORMAL, INCOGNITO] = [{ mode: 'normal' }, { mode: 'incognito' }];
const COLLECTOR = 'sa.api.intl.miui.com';

function closed(bytesUp: number, differs: Partial<Exchange> = {}): Exchange {
  const line = { kind: 'unread' as const, host: COLLECTOR, why: 'passthrough', url: null };
  return anExchange({ ...line, bytesUp, bytesDown: 100, at: 4_000, ...differs });
}

function heard(trials: readonly TrialRecord[], sent: (trial: TrialRecord) => Exchange[]): Outside {
  const outside = openOutside();
  for (const trial of trials) for (const line of sent(trial)) outside.hear(trial, line);
  return outside;
}

describe('what is told of connections that nobody read', () => {
  it('counts trials, connections, bytes and the first moment, and neither a refused handshake nor a page of ours', () => {
    const trials = twelvePairs(NORMAL, INCOGNITO);
    const outside = heard(trials, ({ condition }) => [
      closed(500, { why: 'cert-rejected' }),
      closed(700, { host: 'visited.leaklab.test' }),
      ...(condition['mode'] === 'normal' ? [closed(600), closed(400, { at: 9_000 })] : []),
    ]);
    const [normal, incognito] = outsideOf(aBlock(), trials, outside);
    assert.deepEqual(
      [normal?.host, normal?.trials, normal?.of, normal?.connections, normal?.bytesUp],
      [COLLECTOR, 12, 12, [2, 2, 2], [1000, 1000, 1000]],
    );
    assert.equal(normal?.firstSeconds, 2);
    assert.deepEqual([incognito?.trials, incognito?.of, incognito?.firstSeconds], [0, 12, null]);
  });

  it('a mode under which somebody is always told more is told apart with the smallest p of twelve pairs', () => {
    const trials = twelvePairs(NORMAL, INCOGNITO);
    const outside = heard(trials, ({ condition }) => [
      closed(condition['mode'] === 'normal' ? 900 : 300),
      closed(200, { host: 'other.example' }),
    ]);
    const rows = outsideContrastsOf(aBlock(), trials, { outside, seed: 's' });
    const p = (host: string, measure: string): number | undefined =>
      rows.find((row) => row.host === host && row.measure === measure)?.p;
    assert.equal(p(COLLECTOR, 'bytes up'), 2 / 4096);
    assert.equal(p(COLLECTOR, 'connections'), 1);
    assert.equal(p('other.example', 'bytes up'), 1);
    assert.deepEqual(
      rows.find(({ host, measure }) => host === COLLECTOR && measure === 'bytes up')?.means,
      [900, 300],
    );
  });

  it('a size that chance alone decides is no difference, and says nothing where more than a fifth is void', () => {
    const trials = twelvePairs(NORMAL, INCOGNITO);
    const outside = heard(trials, ({ replicate, arm }) => [
      closed(replicate % 2 === (arm === 'normal' ? 0 : 1) ? 900 : 300),
    ]);
    const [, size] = outsideContrastsOf(aBlock(), trials, { outside, seed: 's' });
    assert.ok((size?.p ?? 0) > 0.5);
    const voided = trials.map((trial, i) => (i % 3 === 0 ? { ...trial, sound: false } : trial));
    assert.deepEqual(outsideContrastsOf(aBlock(), voided, { outside, seed: 's' }), []);
  });

  it('the share that was read is that of the packets that said something, where they were recorded, else of what the tap carried', () => {
    const connections = { total: 2, unaccounted: 0, bytesUp: 700, bytesDown: 300, truncated: 0 };
    const overUsb = aTrial({ id: 'usb', connections });
    const coverage = {
      ...{
        bytes: 5_000,
        read: 0.75,
        holds: true,
        why: [],
        shortened: 0,
        recount: null,
        accepted: [],
        tls: [],
      },
      byClass: { control: { flows: 1, bytes: 1_000 }, 'connect-only': { flows: 2, bytes: 400 } },
    };
    const atGateway = aTrial({ id: 'gateway', connections, coverage });
    const outside = heard([overUsb, atGateway], () => [closed(100)]);
    assert.deepEqual(outside.share([overUsb]), { read: 800, all: 1000 });
    assert.deepEqual(outside.share([atGateway]), { read: 3000, all: 3600 });
    assert.deepEqual(outside.share([]), { read: 0, all: 0 });
  });

  it('versions of TLS are told host by host, the old ones marked, and pages of ours left out', () => {
    const one = { offered: 'TLS 1.3', settled: 'TLS 1.3', cipher: 'TLS_AES_256_GCM_SHA384' };
    const shaken = (host: string, differs: object) =>
      ({ host, ...one, with: 'tap' as const, connections: 2, ...differs }) as const;
    const coverage = {
      ...{ bytes: 0, byClass: {}, read: 1, holds: true, why: [], shortened: 0, recount: null },
      accepted: [],
      tls: [
        shaken('new.example', {}),
        shaken('old.example', { offered: 'TLS 1.1', settled: null, cipher: null }),
        shaken('lowered.example', { settled: 'TLS 1.0', with: 'server' }),
        shaken('visited.leaklab.test', { offered: 'TLS 1.0' }),
      ],
    };
    const trials = [aTrial({ id: 'a', coverage }), aTrial({ id: 'b', coverage }), aTrial()];
    assert.deepEqual(
      tlsOf(aBlock(), trials).map(({ host, old, connections }) => [host, old, connections]),
      [
        ['lowered.example', true, 4],
        ['new.example', false, 4],
        ['old.example', true, 4],
      ],
    );
  });
});
