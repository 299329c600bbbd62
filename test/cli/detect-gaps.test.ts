import assert from 'node:assert/strict';
import { Gaps } from '../../harness/cli/detect/gaps.ts';

describe('what could not be searched in a capture', () => {
  it('is named place by place up to ten thousand, and counted by recipient behind them', () => {
    const gaps = new Gaps();
    for (let exchange = 0; exchange < 10_005; exchange++)
      gaps.add({
        exchange,
        host: exchange % 2 === 0 ? 'a.example' : 'b.example',
        bytes: 10,
        why: 'a PNG image',
        where: 'response.body',
        wrappings: [],
      });
    const list = gaps.list();
    assert.equal(list.length, 10_002);
    assert.deepEqual(
      list.slice(10_000).map(({ exchange, host, bytes, why }) => [exchange, host, bytes, why]),
      [
        [10_000, 'a.example', 30, '3 more from here on, which are counted and not listed'],
        [10_001, 'b.example', 20, '2 more from here on, which are counted and not listed'],
      ],
    );
  });
});
