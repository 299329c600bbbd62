import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openBrake } from '../../../harness/gather/gateway/brake.ts';
import { openPressure } from '../../../harness/gather/tap/lines/pressure.ts';

describe('the brake of a recorder that is behind', () => {
  it('holds the tap while more has passed than was read, and lets go once it is read', () => {
    let passed = 500;
    const pressure = openPressure();
    using brake = openBrake(
      () => passed,
      () => false,
    );
    brake.press(pressure);
    passed += 1500;
    brake.read(100);
    assert.equal(pressure.high, false, 'some are always on their way');
    passed += 3000;
    brake.read(100);
    assert.equal(pressure.high, true);
    brake.read(3000);
    assert.equal(pressure.high, true, 'still more than half of it');
    brake.read(600);
    assert.equal(pressure.high, false);
  });

  it('holds it as well while nothing at all is read', async () => {
    let passed = 0;
    const pressure = openPressure();
    using brake = openBrake(
      () => passed,
      () => true,
    );
    brake.press(pressure);
    passed = 10_000;
    while (!pressure.high) await nextTurn();
    brake.read(9_500);
    assert.equal(pressure.high, false);
  });

  it('lets go of what was dropped and will never be read', async () => {
    let passed = 0;
    const pressure = openPressure();
    using brake = openBrake(
      () => passed,
      () => false,
    );
    brake.press(pressure);
    passed = 10_000;
    brake.read(100);
    assert.equal(pressure.high, true);
    const room = new EventTarget();
    const come = once(room, 'room');
    pressure.whenRoom(() => room.dispatchEvent(new Event('room')));
    await come;
    assert.equal(pressure.high, false);
    brake.read(100);
    assert.equal(pressure.high, false, 'what was dropped is forgotten');
  });
});
