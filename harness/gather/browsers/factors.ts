import { benchFault } from '../devices/faults.ts';
import type { ScreenReading } from './browser.ts';
import type { Thing } from './driver.ts';
import type { Finger } from './finger.ts';
import { literal } from './finger.ts';
import type { FactorProfile, SwitchRow, TwoRows } from './profile.ts';

/** Sets a factor to a level where it is at another; the route to it begins at the address box. */
export async function setFactor(
  finger: Finger,
  { name, control }: FactorProfile,
  level: string,
): Promise<void> {
  if (control.kind === 'rows') {
    if (levelOf(control, await finger.sees(control.sign)) === level) return;
    await finger.follow([...control.route, control.rows.get(level) ?? []]);
    return;
  }
  await finger.follow(control.route);
  const row = await findRow(finger, name, control);
  if (levelOf(control, await isChecked(row)) !== level) await row.tap();
}

/** Reads a factor where the browser shows it, with the words beside it, and keeps what was on the screen then. */
export async function readFactor(
  finger: Finger,
  { name, control }: FactorProfile,
): Promise<ScreenReading> {
  if (control.kind === 'rows') {
    const sign = await finger.look(control.sign);
    const said = sign ? ((await sign.attribute('content-desc')) ?? '') : 'no sign of it';
    return { level: levelOf(control, sign !== null), caption: said, ...(await look(finger)) };
  }
  await finger.follow(control.route);
  const row = await findRow(finger, name, control);
  const shown = await look(finger);
  const words = await finger.driver.find({
    xpath: `${container(row.caption)}/descendant-or-self::*[@text!=""]`,
  });
  const caption = (await Promise.all(words.map((one) => one.text()))).join(' · ');
  return { level: levelOf(control, await isChecked(row)), caption, ...shown };
}

export async function look({ driver }: Finger): Promise<Pick<ScreenReading, 'picture' | 'tree'>> {
  return { picture: await driver.screenshot(), tree: await driver.source() };
}

interface Row extends Thing {
  readonly caption: string;
}

async function findRow(finger: Finger, factor: string, { captions }: SwitchRow): Promise<Row> {
  return await finger.until(
    async () => {
      for (const caption of captions) {
        const [found] = await finger.driver.find({ xpath: checkable(caption) });
        if (found) return { ...found, caption };
      }
      return null;
    },
    () => {
      const names = captions.map((caption) => `"${caption}"`).join(', ');
      return benchFault(
        'switch-not-found',
        `no row for "${factor}" on the screen; looked for ${names}`,
      );
    },
    10_000,
  );
}

/**
 * The smallest part of the screen that holds the caption and something to check. It must hold one such thing and one
 * title: the next row's switch is never taken for this one's.
 */
function container(caption: string): string {
  return (
    `//*[@text=${literal(caption)}]/ancestor-or-self::*[descendant-or-self::*[@checkable="true"]][1]` +
    '[count(descendant-or-self::*[@checkable="true"])=1]' +
    '[count(descendant-or-self::*[@resource-id="android:id/title"])<=1]'
  );
}

function checkable(caption: string): string {
  return `${container(caption)}/descendant-or-self::*[@checkable="true"]`;
}

async function isChecked(thing: Thing): Promise<boolean> {
  return (await thing.attribute('checked')) === 'true';
}

function levelOf(control: SwitchRow | TwoRows, on: boolean): string {
  if (control.kind === 'rows') return on ? control.shown : control.hidden;
  return on ? control.checked : control.unchecked;
}
