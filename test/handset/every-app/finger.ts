import assert from 'node:assert/strict';
import type { Driver } from '../../../harness/gather/browsers/driver.ts';
import type { Step } from '../ui/walk.ts';

/** A page may be under way: so often is looked, each time through the whole stack. */
const LOOKS = 100;

/** Goes a way that was found by hand, through the driver. */
export async function go(driver: Driver, way: readonly Step[]): Promise<void> {
  for (const { called, typed } of way) {
    const xpath = `//*[@text="${called}" or @content-desc="${called}" or contains(@resource-id,"/${called}")]`;
    let things = await driver.find({ xpath });
    for (let look = 1; look < LOOKS && !things[0]; look++) things = await driver.find({ xpath });
    assert.ok(things[0], `${called} is not on the screen:\n${await driver.source()}`);
    await things[0].tap();
    if (typed === undefined) continue;
    await things[0].type(typed);
    await driver.enter();
  }
}

/** Asserts that the driver comes to read this off the screen, word for word and app for app. */
export async function reads(driver: Driver, wanted: string): Promise<void> {
  const words = wordsOf(wanted);
  assert.ok(words.length > 0);
  let seen: string[] = [];
  for (let look = 0; look < LOOKS && seen.join('\n') !== words.join('\n'); look++) {
    seen = wordsOf(await driver.source());
  }
  assert.deepEqual(seen, words);
}

/** Whose it is and what it says, for each thing on a screen. */
function wordsOf(source: string): string[] {
  return [...source.matchAll(/ package="([^"]*)"[^>]*? text="([^"]*)"/g)].map(
    ([, owner = '', text = '']) => `${owner} ${text}`,
  );
}
