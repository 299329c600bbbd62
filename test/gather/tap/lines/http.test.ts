import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JoinedEvent, RequestEvent } from '../../../../harness/gather/tap/reader/events.ts';
import type { Draft } from '../../../../harness/gather/tap/lines/draft.ts';
import { openHttp } from '../../../../harness/gather/tap/lines/http.ts';
import type { Content } from '../../../../harness/gather/tap/lines/kept.ts';
import { kept, openBudget } from '../../../../harness/gather/tap/lines/kept.ts';
import { systemClock } from '../../../../harness/lib/clock.ts';

const request: RequestEvent = {
  kind: 'request',
  id: 'r',
  peerPort: 1,
  websocket: false,
  method: 'POST',
  url: 'https://example.org/',
  host: 'example.org',
  port: 443,
  httpVersion: '1.1',
  headers: [['Host', 'example.org']],
};

function text(content: Content | null): string {
  return Buffer.isBuffer(content) ? content.toString() : '';
}

function aRecorder(): { drafts: Draft[]; http: ReturnType<typeof openHttp> } {
  const drafts: Draft[] = [];
  let count = 0;
  const http = openHttp({
    clock: systemClock(),
    budget: openBudget(),
    openSpool: () => null,
    connectionAt: () => undefined,
    nextId: () => String((count += 1)),
    tell: (draft) => drafts.push(draft),
  });
  return { drafts, http };
}

describe('the joining of an exchange', () => {
  const upstream: JoinedEvent[] = [
    { kind: 'request-bytes', id: 'r', bytes: Buffer.from('up'), last: true },
    { kind: 'request-end', id: 'r', trailers: [['X', 'y']] },
    { kind: 'response', id: 'r', status: 200, headers: [['A', 'b']] },
    { kind: 'response-bytes', id: 'r', bytes: Buffer.from('down'), last: true },
    { kind: 'answered', id: 'r' },
  ];

  it('gives one whole line whatever order its events come in, the end of the answer last', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(upstream, { minLength: 5 }), fc.nat(6), (events, at) => {
        const { drafts, http } = aRecorder();
        const all = [...events, { kind: 'response-end', id: 'r' } as const];
        for (const [index, event] of all.entries()) {
          if (index === at) http.begin(request);
          http.more(event);
        }
        if (at >= all.length) http.begin(request);
        assert.equal(drafts.length, 1);
        const { line, requestBody, responseBody } = drafts[0] ?? assert.fail();
        assert.deepEqual([line.status, line.fabricated, line.aborted], [200, false, false]);
        assert.deepEqual(line.trailers, [['X', 'y']]);
        assert.deepEqual([text(requestBody), text(responseBody)], ['up', 'down']);
        assert.equal(http.underWay(), 0);
      }),
    );
  });

  it('gives the answer of a canned reply that ends before the request is told of', () => {
    const { drafts, http } = aRecorder();
    http.begin({ ...request, host: 'visited.leaklab.test' });
    http.more({ kind: 'response', id: 'r', status: 200, headers: [] });
    http.more({ kind: 'response-bytes', id: 'r', bytes: Buffer.from('page'), last: true });
    http.more({ kind: 'response-end', id: 'r' });
    assert.equal(drafts.length, 0);
    http.more({ kind: 'request-bytes', id: 'r', bytes: Buffer.alloc(0), last: true });
    http.more({ kind: 'request-end', id: 'r', trailers: [] });
    assert.deepEqual(
      drafts.map(({ line }) => [line.status, line.fabricated]),
      [[200, false]],
    );
  });

  it('tells an exchange that is carried over twice: cut off, then whole', () => {
    const { drafts, http } = aRecorder();
    http.begin(request);
    http.more({ kind: 'request-bytes', id: 'r', bytes: Buffer.from('half '), last: false });
    http.cut();
    http.cut();
    http.more({ kind: 'request-bytes', id: 'r', bytes: Buffer.from('whole'), last: true });
    http.more({ kind: 'request-end', id: 'r', trailers: [] });
    http.more({ kind: 'response-bytes', id: 'r', bytes: Buffer.alloc(0), last: true });
    http.more({ kind: 'response-end', id: 'r' });
    assert.deepEqual(
      drafts.map(({ line, requestBody }) => [line.id, line.aborted, text(requestBody)]),
      [
        ['1', true, 'half '],
        ['1', false, 'half whole'],
      ],
    );
  });

  it('marks what it could not keep of a body', () => {
    const budget = { left: 5 };
    const body = kept(budget, () => null);
    body.add(Buffer.from('abc'));
    assert.equal(body.truncated, false);
    body.add(Buffer.from('def'));
    body.add(Buffer.from('ghi'));
    assert.equal(text(body.take()), 'abcde');
    assert.deepEqual([body.truncated, body.size, budget.left], [true, 5, 0]);
  });
});
