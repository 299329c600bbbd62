import assert from 'node:assert/strict';
import { run } from '../../harness/lib/children.ts';

const CLOCK = JSON.stringify(new URL('../../harness/lib/clock.ts', import.meta.url).href);

describe('the clock', () => {
  it('is not set back or forward with the wall clock, and tells by how much that was set', async () => {
    // In a process of its own, whose wall clock is set an hour back.
    const script = `
      const { systemClock } = await import(${CLOCK});
      const clock = systemClock();
      const before = clock.now();
      const wall = Date.now;
      Date.now = () => wall() - 3_600_000;
      const passed = clock.now() - before;
      console.log(JSON.stringify({ passed, ...clock.disturbed(), wall: Math.abs(before - wall()) }));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
    const said: unknown = JSON.parse(stdout.toString('utf8'));
    assert.ok(typeof said === 'object' && said !== null);
    const seconds = (name: string): string => (Number(Reflect.get(said, name)) / 1000).toFixed(0);
    assert.deepEqual(
      ['passed', 'stepped', 'slept', 'wall'].map(seconds).map((text) => text.replace('-0', '0')),
      ['0', '-3600', '0', '0'],
    );
  });
});
