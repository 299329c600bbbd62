import assert from 'node:assert/strict';
import { once } from 'node:events';
import { spawnChild } from '../../harness/lib/children.ts';
import type { Child } from '../../harness/lib/children.ts';
import { takeLease } from '../../harness/lib/lease.ts';

const LEASE = JSON.stringify(new URL('../../harness/lib/lease.ts', import.meta.url).href);

describe('a lease', () => {
  it('is given to one, and tells the next who has it', async () => {
    const thing = aThing();
    await using _first = await takeLease(thing, 'the run of Tuesday');
    await assert.rejects(takeLease(thing, 'another'), { by: 'the run of Tuesday' });
    await using _other = await takeLease(`${thing} too`, 'another');
  });

  it('is free again once it is given back', async () => {
    const thing = aThing();
    const first = await takeLease(thing, 'first');
    await first[Symbol.asyncDispose]();
    await using _next = await takeLease(thing, 'next');
  });

  it('ends with its holder, even one that was killed with -9', async () => {
    const thing = aThing();
    await using holder = await aHolder(thing);
    await assert.rejects(takeLease(thing, 'next'), { by: 'the other process' });
    process.kill(holder.pid, 'SIGKILL');
    await holder.ended;
    await using _next = await takeLease(thing, 'next');
  });

  it('stays with a holder that is stopped and says nothing', async () => {
    const thing = aThing();
    await using holder = await aHolder(thing);
    process.kill(holder.pid, 'SIGSTOP');
    await assert.rejects(takeLease(thing, 'next'), { by: null });
    process.kill(holder.pid, 'SIGCONT');
  });
});

let count = 0;

/** Leases are of the whole machine: no other test run may hold this one. */
function aThing(): string {
  count += 1;
  return `test ${process.pid} ${count}`;
}

async function aHolder(thing: string): Promise<Child> {
  const script = `
    const { takeLease } = await import(${LEASE});
    await takeLease(${JSON.stringify(thing)}, 'the other process');
    console.log('held');
    setInterval(() => undefined, 1000);`;
  const child = await spawnChild(process.execPath, ['--input-type=module', '-e', script]);
  await once(child.stdout, 'data');
  return child;
}
