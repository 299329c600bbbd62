import assert from 'node:assert/strict';
import { onShow } from '../../../harness/cli/show/show.ts';
import { Fault } from '../../../harness/lib/fault.ts';
import type { Block } from '../../../harness/record/plan/plan.ts';
import { aBlock, aTrial } from '../../builders.ts';

describe('an experiment on show', () => {
  it('tells of each trial when it begins and how it ended', async () => {
    const block = aBlockOf(2);
    const [first, second] = block.trials;
    assert.ok(first && second);
    const { show, events, close } = onShow([{ block, trials: block.trials }]);
    events.begin(block, first);
    events.end(block, first, aTrial({ id: first.id }));
    events.begin(block, second);
    events.end(block, second, aTrial({ sound: false, void: ['beacon: not seen', 'more'] }));
    close([{ suite: 'phone', title: 'a claim' }]);
    const [suite] = show.suites;
    assert.deepEqual(await Promise.all(suite?.trials.map(({ begun }) => begun) ?? []), [
      undefined,
      undefined,
    ]);
    assert.deepEqual(
      suite?.trials.map(({ place, title }) => [place, title]),
      [
        ['1/2', 'incognito'],
        ['2/2', 'normal'],
      ],
    );
    assert.deepEqual(await outcomes(show), [
      { kind: 'sound', ms: 9_000 },
      { kind: 'void', ms: 9_000, reason: 'beacon: not seen' },
    ]);
    assert.deepEqual(await show.claims, [{ suite: 'phone', title: 'a claim' }]);
  });

  it('tells a Fault from a control that did not hold', async () => {
    const block = aBlockOf(1);
    const { show, events } = onShow([{ block, trials: block.trials }]);
    const fault = { code: 'offline', message: 'the phone went away', advice: 'Plug it in.' };
    for (const trial of block.trials) {
      events.end(block, trial, aTrial({ sound: false, void: ['offline'], fault }));
    }
    assert.deepEqual(await outcomes(show), [
      { kind: 'fault', ms: 9_000, reason: 'offline: the phone went away', advice: 'Plug it in.' },
    ]);
  });

  it('says of a stopped block why, and leaves the others running', async () => {
    const [here, there] = [aBlockOf(1), aBlockOf(1, 'other')];
    const { show, events, close } = onShow(
      [here, there].map((block) => ({ block, trials: block.trials })),
    );
    events.stopped(here, new Fault('gone', 'phone is not attached', 'Plug it in.'));
    for (const trial of there.trials) events.end(there, trial, aTrial());
    close(null);
    assert.deepEqual(await outcomes(show), [
      {
        kind: 'not run',
        reason: 'the block was stopped: phone is not attached Plug it in.',
      },
      { kind: 'sound', ms: 9_000 },
    ]);
    assert.equal(await show.claims, null);
  });

  it('ends with the run, whatever did not come to its end', async () => {
    const block = aBlockOf(1);
    const { show, close } = onShow([{ block, trials: block.trials }]);
    close(null);
    assert.deepEqual(await outcomes(show), [{ kind: 'not run', reason: 'the run ended first' }]);
  });

  it('keeps the place of a trial that is run again under another name', async () => {
    const block = aBlockOf(2);
    const again = block.trials.slice(1).map((trial) => ({ ...trial, id: `${trial.id}b` }));
    const { show, events } = onShow([{ block, trials: again }]);
    for (const trial of again) events.end(block, trial, aTrial());
    assert.deepEqual(
      show.suites[0]?.trials.map(({ place }) => place),
      ['2/2'],
    );
    assert.deepEqual(await outcomes(show), [{ kind: 'sound', ms: 9_000 }]);
  });
});

/** A block of so many trials, each with an arm of its own. */
function aBlockOf(count: number, device = 'phone'): Block {
  const arms = ['incognito', 'normal'].slice(0, count);
  const trials = arms.map((arm, i) => ({
    id: `${device}-0${i + 1}`,
    replicate: 1,
    arm,
    condition: { mode: arm },
  }));
  return aBlock({ device, trials });
}

async function outcomes({ suites }: ReturnType<typeof onShow>['show']): Promise<unknown[]> {
  return await Promise.all(suites.flatMap(({ trials }) => trials.map(({ outcome }) => outcome)));
}
