import assert from 'node:assert/strict';
import type { Row } from '../../../harness/handset/collectors/sending/queue.ts';
import { Queue } from '../../../harness/handset/collectors/sending/queue.ts';
import type { Batch } from '../../../harness/handset/collectors/rules/batch.ts';
import { PretendClock, settled } from './pretend.ts';

const RULES = {
  afterMs: 15_000,
  above: 100,
  on: [],
  perRequest: 50,
  maxBytes: 2 ** 25,
  onStatus: {},
  only: 'any',
  keeps: 'until-clear',
} satisfies Batch;

function bench(rules: Partial<Batch> = {}) {
  const clock = new PretendClock();
  const posts: (readonly string[])[] = [];
  const state: { outcome: 'drop' | 'keep' } = { outcome: 'drop' };
  const queue = new Queue({ ...RULES, ...rules }, clock, async (rows) => {
    posts.push(rows.map(({ value }) => (typeof value === 'string' ? value : '')));
    return await Promise.resolve(state.outcome);
  });
  return { clock, posts, state, queue };
}

describe('the queue of a collector', () => {
  it('sends 15 s after the first event, not after the last', async () => {
    const { clock, posts, queue } = bench();
    queue.add(row('a'));
    await clock.pass(14_000);
    queue.add(row('b'));
    await clock.pass(999);
    assert.deepEqual(posts, []);
    await clock.pass(1);
    assert.deepEqual(posts, [['a', 'b']]);
    assert.equal(queue.length, 0);
  });

  it('sends nothing more when nothing more comes', async () => {
    const { clock, posts, queue } = bench();
    queue.add(row('a'));
    await clock.pass(15_000);
    await clock.pass(60_000);
    assert.equal(posts.length, 1);
  });

  it('sends at once above 100 rows, fifty to a POST, until none is left', async () => {
    const { posts, queue } = bench();
    for (let at = 1; at <= 100; at++) queue.add(row(String(at)));
    await settled();
    assert.equal(posts.length, 0);
    queue.add(row('101'));
    await settled();
    assert.deepEqual(
      posts.map((rows) => rows.length),
      [50, 50, 1],
    );
    assert.deepEqual(
      posts.flat().map(Number),
      Array.from({ length: 101 }, (_, at) => at + 1),
    );
  });

  it('keeps undelivered rows for the next event, and sends the backlog in a burst', async () => {
    const { clock, posts, state, queue } = bench();
    state.outcome = 'keep';
    for (let at = 0; at < 60; at++) queue.add(row(String(at)));
    await clock.pass(15_000);
    assert.equal(posts.length, 1);
    assert.equal(queue.length, 60);
    state.outcome = 'drop';
    queue.add(row('late'));
    await clock.pass(15_000);
    assert.deepEqual(
      posts.slice(1).map((rows) => rows.length),
      [50, 11],
    );
    assert.equal(queue.length, 0);
  });

  it('outlives its process on disk, and is sent after the next start', async () => {
    const { clock, posts, queue } = bench();
    queue.add(row('a'));
    queue.stop();
    await clock.pass(60_000);
    assert.deepEqual(posts, []);
    queue.wake();
    await clock.pass(15_000);
    assert.deepEqual(posts, [['a']]);
  });

  it('ends with its process in memory', async () => {
    const { clock, posts, queue } = bench({ keeps: 'until-stop' });
    queue.add(row('a'));
    queue.stop();
    queue.wake();
    await clock.pass(15_000);
    assert.deepEqual(posts, []);
  });

  it('forgets everything when the app is cleared', async () => {
    const { clock, posts, queue } = bench();
    queue.add(row('a'));
    queue.clear();
    queue.wake();
    await clock.pass(60_000);
    assert.deepEqual(posts, []);
    assert.equal(queue.length, 0);
  });

  it('keeps rows whose answer a killed process never saw', async () => {
    const clock = new PretendClock();
    const answers: ((outcome: 'drop') => void)[] = [];
    const queue = new Queue(RULES, clock, async () => {
      return await new Promise((resolve) => answers.push(resolve));
    });
    queue.add(row('a'));
    await clock.pass(15_000);
    queue.stop();
    answers[0]?.('drop');
    await settled();
    assert.equal(queue.length, 1);
  });

  it('drops the oldest rows when it is full', async () => {
    const { clock, posts, queue } = bench({ maxBytes: 5 });
    for (const text of ['aa', 'bb', 'cc']) queue.add(row(text));
    await clock.pass(15_000);
    assert.deepEqual(posts, [['bb', 'cc']]);
  });
});

function row(text: string): Row {
  return { value: text, bytes: text.length, depth: 0 };
}
