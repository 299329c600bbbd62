import assert from 'node:assert/strict';
import { keep } from '../../harness/lib/keep.ts';

describe('a kept program', () => {
  it('is started again when it is wanted and has ended, and not before', async () => {
    const { starts, start } = aProgram();
    await using kept = await keep(start);
    await kept.wanted();
    assert.deepEqual(starts, [null]);
    await kept.program.die();
    assert.deepEqual(starts, [null]);
    await kept.wanted();
    assert.deepEqual(starts, [null, 1]);
    assert.equal(kept.program.number, 2);
  });

  it('is started once for all who want it at the same moment', async () => {
    const { starts, start } = aProgram();
    await using kept = await keep(start);
    await kept.program.die();
    await Promise.all([kept.wanted(), kept.wanted(), kept.wanted()]);
    assert.deepEqual(starts, [null, 1]);
  });

  it('that cannot be started again says so to each who wants it', async () => {
    const { start } = aProgram();
    await using kept = await keep<Pretend>(async (before) => {
      if (before) throw new Error('no memory');
      return await start(before);
    });
    await kept.program.die();
    await assert.rejects(kept.wanted(), /no memory/);
    await assert.rejects(kept.wanted(), /no memory/);
  });

  it('ends for good with its keeper', async () => {
    const { start } = aProgram();
    const kept = await keep(start);
    const { ended } = kept.program;
    await kept[Symbol.asyncDispose]();
    await ended;
  });
});

interface Pretend extends AsyncDisposable {
  readonly number: number;
  readonly ended: Promise<void>;
  die(): Promise<void>;
}

/** Each knows its number; `starts` lists the number of the one before, for each start. */
function aProgram(): {
  starts: (number | null)[];
  start: (before: Pretend | null) => Promise<Pretend>;
} {
  const starts: (number | null)[] = [];
  const start = (before: Pretend | null): Promise<Pretend> => {
    starts.push(before?.number ?? null);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const die = async (): Promise<void> => {
      resolve(undefined);
      await promise;
    };
    const ended = promise;
    return Promise.resolve({ number: starts.length, ended, die, [Symbol.asyncDispose]: die });
  };
  return { starts, start };
}
