import assert from 'node:assert/strict';
import { makePlan } from '../../harness/gather/plan.ts';
import type { Installation } from '../../harness/gather/plan.ts';
import { powerOf } from '../../harness/gather/power.ts';
import incognito from '../../scenarios/browser/incognito.ts';

const GIVEN = { run: 'r', seed: 'tuesday', replicates: 12, codeVersion: 'abc' };

const anInstallation = (fields: Partial<Installation> = {}): Installation => ({
  device: 'phone',
  browser: 'mint',
  expected: {
    reference: true,
    stamp: 'REFERENCE HANDSET',
    reach: 'content',
    rom: 'MIUI',
    appVersion: '3.4.3',
    timelapse: 30,
  },
  levels: new Map([
    ['mode', ['normal', 'incognito']],
    ['enhanced incognito', ['off', 'on']],
  ]),
  dropped: [],
  ...fields,
});

const withoutSwitch = anInstallation({
  device: 'old',
  levels: new Map([['mode', ['normal', 'incognito']]]),
  dropped: ['Mint Browser 3.4.0 has no "enhanced incognito"'],
});

describe('plan', () => {
  it('holds every arm once in every replicate, in an order shuffled by the seed', () => {
    const [block] = makePlan(incognito, [anInstallation()], GIVEN).blocks;
    const orders = new Set<string>();
    for (let replicate = 1; replicate <= 12; replicate++) {
      const arms = block?.trials.filter((one) => one.replicate === replicate).map(({ arm }) => arm);
      assert.deepEqual([...(arms ?? [])].sort(), [
        'incognito, enhanced incognito off',
        'incognito, enhanced incognito on',
        'incognito, enhanced incognito on (again)',
        'normal, enhanced incognito off',
        'normal, enhanced incognito on',
      ]);
      orders.add(arms?.join('|') ?? '');
    }
    assert.ok(orders.size > 6);
  });

  it('is the same for the same seed and another for another', () => {
    const plan = makePlan(incognito, [anInstallation()], GIVEN);
    assert.deepEqual(makePlan(incognito, [anInstallation()], GIVEN), plan);
    const other = makePlan(incognito, [anInstallation()], { ...GIVEN, seed: 'wednesday' });
    assert.notDeepEqual(other.blocks[0]?.trials, plan.blocks[0]?.trials);
  });

  it('drops a factor that the version does not have, aloud, and makes the next contrast primary', () => {
    const [block] = makePlan(incognito, [withoutSwitch], GIVEN).blocks;
    assert.deepEqual(block?.conditions, [{ mode: 'normal' }, { mode: 'incognito' }]);
    assert.deepEqual(block.dropped, [
      'Mint Browser 3.4.0 has no "enhanced incognito"',
      'enhanced incognito: on against off is not compared here',
    ]);
    assert.deepEqual(
      block.contrasts.map(({ arms, primary, role }) => [...arms, primary, role]),
      [
        ['normal', 'incognito', true, 'claim'],
        ['normal', 'normal (again)', false, 'control'],
      ],
    );
  });

  it('leaves out the conditions that a scenario leaves out, and what would be compared with them, aloud', () => {
    const condition = { mode: 'normal', 'enhanced incognito': 'on' };
    const leavesOut = [{ condition, why: 'it changes private windows alone' }];
    const held = { mode: 'normal' };
    const levels = ['on', 'off'] as const;
    const contrasts = [
      { factor: 'enhanced incognito', levels, held, statistic: 'presence' as const },
      ...incognito.contrasts,
    ];
    const words = { ...incognito, leavesOut, contrasts };
    const [block] = makePlan(words, [anInstallation()], GIVEN).blocks;
    assert.equal(block?.trials.length, 12 * 4);
    assert.ok(!block.trials.some(({ arm }) => arm.startsWith('normal, enhanced incognito on')));
    assert.ok(!block.contrasts.some(({ arms }) => arms.includes('normal, enhanced incognito on')));
    assert.deepEqual(block.dropped, [
      'left out: normal, enhanced incognito on (it changes private windows alone)',
    ]);
    const [old] = makePlan(words, [withoutSwitch], GIVEN).blocks;
    assert.deepEqual(old?.dropped, [
      ...withoutSwitch.dropped,
      'enhanced incognito: on against off is not compared here',
    ]);
  });

  it('has one A/A pair for each statistic that a contrast declares, of the same two arms', () => {
    const levels = ['normal', 'incognito'] as const;
    const held = { 'enhanced incognito': 'off' };
    const contrasts = [
      { factor: 'mode', levels, held, statistic: 'bytes' as const },
      { factor: 'mode', levels, held, statistic: 'presence' as const },
      { factor: 'mode', levels, held, statistic: 'bytes' as const },
    ];
    const [block] = makePlan({ ...incognito, contrasts }, [anInstallation()], GIVEN).blocks;
    assert.deepEqual(
      block?.contrasts.map(({ role, statistic, primary }) => [role, statistic, primary]),
      [
        ['claim', 'bytes', true],
        ['claim', 'presence', false],
        ['control', 'bytes', false],
        ['control', 'presence', false],
      ],
    );
    assert.equal(block.trials.length, 60);
  });

  it('numbers trials so that the name tells the phone', () => {
    const [block] = makePlan(incognito, [withoutSwitch], GIVEN).blocks;
    assert.equal(block?.trials[0]?.id, 'old-01');
    assert.equal(new Set(block.trials.map(({ id }) => id)).size, 36);
  });

  it('names the trials of two browsers on one device apart', () => {
    const two = [anInstallation(), anInstallation({ browser: 'jelly' })];
    const plan = makePlan(incognito, two, { ...GIVEN, replicates: 1 });
    const ids = plan.blocks.flatMap(({ trials }) => trials.map(({ id }) => id));
    assert.deepEqual([ids[0], ids[5]], ['phone-mint-01', 'phone-jelly-01']);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('counts every canary of every block as a primary claim', () => {
    const plan = makePlan(incognito, [anInstallation(), withoutSwitch], GIVEN);
    assert.deepEqual([plan.family, plan.primaries], [8, 2]);
  });

  it('shares its error with what the other scenarios of the same command ask, and says what that leaves', () => {
    const beside = { claims: 92, primaries: 30 };
    const plan = makePlan(incognito, [anInstallation(), withoutSwitch], { ...GIVEN, beside });
    assert.deepEqual([plan.family, plan.primaries], [100, 32]);
    assert.match(plan.power.join('\n'), /for all 100 primary claims at once/);
  });
});

describe('power', () => {
  it('says of twelve replicates what the method page says', () => {
    assert.deepEqual(powerOf(12, 1, 1), [
      'never seen would exclude a leak in more than 22 % of visits (95 %), in more than 22 % for all 1 primary claims at once',
      'smallest p of one contrast 0.0005',
      'a change from always to 31 % or less would be found (95 %)',
    ]);
  });

  it('warns when it can show nothing', () => {
    assert.match(powerOf(5, 1, 1).join('\n'), /WARNING: no difference .* can reach p = 0\.05/);
    assert.match(powerOf(9, 1, 1).join('\n'), /too few for "not seen"/);
  });
});
