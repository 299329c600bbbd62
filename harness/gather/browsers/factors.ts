import { benchFault } from '../devices/faults.ts';
import type { ScreenReading } from './browser.ts';
import type { Finger } from './finger.ts';
import type { FactorProfile, SwitchRow, TwoRows } from './profile.ts';

/** Sets a factor to a level where it is at another; the route to it begins at the address box. */
export async function setFactor(
  finger: Finger,
  { name, control }: FactorProfile,
  level: string,
): Promise<void> {
  if (control.kind === 'rows') {
    if (levelOf(control, (await finger.lately()).sees(control.sign)) === level) return;
    await finger.follow([...control.route, control.rows.get(level) ?? []]);
    return;
  }
  await finger.follow(control.route);
  await finger.until(
    async () => {
      const row = (await finger.look()).row(control.captions);
      if (!row) return null;
      if (levelOf(control, row.checked) === level) return true;
      return (await finger.touch({ xpath: checkable(row.caption) })) || null;
    },
    () => noRow(name, control),
    ROW_MS,
  );
}

/**
 * Reads a factor where the browser shows it, with the words beside it. Level, words and UI tree are of one moment: the
 * tree that is kept is the tree that was read.
 */
export async function readFactor(
  finger: Finger,
  { name, control }: FactorProfile,
): Promise<ScreenReading> {
  if (control.kind === 'rows') {
    const screen = await finger.look();
    const sign = screen.look(control.sign);
    const caption = sign?.description ?? 'no sign of it';
    const level = levelOf(control, sign !== null);
    return { level, caption, ...(await finger.evidenceOf(screen)) };
  }
  await finger.follow(control.route);
  return await finger.until(
    async () => {
      const screen = await finger.look();
      const row = screen.row(control.captions);
      if (!row) return null;
      const level = levelOf(control, row.checked);
      return { level, caption: row.words.join(' · '), ...(await finger.evidenceOf(screen)) };
    },
    () => noRow(name, control),
    ROW_MS,
  );
}

const ROW_MS = 10_000;

function noRow(factor: string, { captions }: SwitchRow): Error {
  const names = captions.map((caption) => `"${caption}"`).join(', ');
  return benchFault(
    'switch-not-found',
    `no row for "${factor}" on the screen; looked for ${names}`,
  );
}

/** What `Screen.row` finds, in the words of the automation: the thing to check in the row under a caption. */
function checkable(caption: string): string {
  return (
    `//*[@text=${literal(caption)}]/ancestor-or-self::*[descendant-or-self::*[@checkable="true"]][1]` +
    '[count(descendant-or-self::*[@checkable="true"])=1]' +
    '[count(descendant-or-self::*[@resource-id="android:id/title"])<=1]' +
    '/descendant-or-self::*[@checkable="true"]'
  );
}

/** XPath 1 knows no escapes: a word with both kinds of quotes cannot be written. */
function literal(words: string): string {
  if (!words.includes('"')) return `"${words}"`;
  if (!words.includes("'")) return `'${words}'`;
  throw new Error(`a caption with both kinds of quotes: ${words}`);
}

function levelOf(control: SwitchRow | TwoRows, on: boolean): string {
  if (control.kind === 'rows') return on ? control.shown : control.hidden;
  return on ? control.checked : control.unchecked;
}
