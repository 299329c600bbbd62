import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../lib/fault.ts';
import { appendLine, makeFolder, readText, writeWhole } from '../record/disk.ts';
import type { AdbDevice } from './devices/adb.ts';
import { benchFault } from './devices/faults.ts';
import { removeHome } from './disk.ts';
import { rootOf } from './devices/root/root.ts';

/** One thing that we are about to change on a phone, with what is needed to put it back. */
export type Change = z.output<typeof changeSchema>;

const changeSchema = z.discriminatedUnion('kind', [
  /**
   * `before` is null where the setting was absent. Left alone where somebody has changed it since; `after` is null where
   * our hands change it more than once: then it is put back whatever it is.
   */
  z.object({
    kind: z.literal('setting'),
    namespace: z.enum(['global', 'secure', 'system']),
    key: z.string(),
    before: z.string().nullable(),
    after: z.string().nullable(),
  }),
  z.object({ kind: z.literal('reverse'), port: z.number() }),
  /** A tmpfs over `folder`, known as ours by the file in it. */
  z.object({ kind: z.literal('ca-mount'), folder: z.string(), file: z.string() }),
  z.object({ kind: z.literal('file'), path: z.string() }),
  /** A folder made on the phone; removed where it is empty. */
  z.object({ kind: z.literal('folder'), path: z.string() }),
  /** Rows that we put into a table of the phone's: known by a value of our own in one column. */
  z.object({ kind: z.literal('row'), uri: z.string(), column: z.string(), value: z.string() }),
  /** A radio that our steps switch; `on`: how we found it. */
  z.object({ kind: z.literal('radio'), radio: z.enum(['wifi', 'data']), on: z.boolean() }),
  /** The clock was set on by so many days, which brought it to `until` (s since the epoch, the phone's own). */
  z.object({ kind: z.literal('clock'), until: z.number().int(), days: z.number().int() }),
  /** Switches set and pages visited in an app that we emptied at first: it is emptied again, as after installation. */
  z.object({ kind: z.literal('app'), package: z.string() }),
  /** The home of a desktop browser on this machine. */
  z.object({ kind: z.literal('home'), path: z.string() }),
]);

/** `<directory>/<device>.jsonl`: what is still to be undone on one phone, outside any run's results. */
export interface UndoJournal {
  /** On the disk itself when it resolves: only then may the change be made. */
  note(change: Change): Promise<void>;
  /** In the order in which they were noted. */
  entries(): Promise<readonly Change[]>;
  empty(): Promise<void>;
}

export function undoJournal(directory: string, device: string): UndoJournal {
  const path = join(directory, `${device}.jsonl`);
  return {
    note: async (change) => {
      await makeFolder(directory);
      // The line break in front keeps this line whole behind one that a crash cut short.
      await appendLine(path, `\n${JSON.stringify(change)}`);
    },
    entries: async () =>
      ((await readText(path)) ?? '').split('\n').flatMap((line) => changeIn(line) ?? []),
    empty: async () => {
      if ((await readText(path)) !== null) await writeWhole(path, '');
    },
  };
}

/**
 * Puts a phone back as it was found, last change first, and empties its journal; returns what was in it. May be
 * cut short and repeated: undoing what is undone changes nothing. Used at the end of a run, at the next start
 * and by `leaklab restore`.
 */
export async function undoAll(journal: UndoJournal, device: AdbDevice): Promise<readonly Change[]> {
  const changes = await journal.entries();
  for (const change of changes.toReversed()) await undo(change, device);
  await journal.empty();
  return changes;
}

/** The same for a desktop browser, which changes nothing beside the homes that are made for it. */
export async function removeHomes(journal: UndoJournal): Promise<number> {
  const changes = await journal.entries();
  for (const change of changes.toReversed()) {
    if (change.kind === 'home') await removeHome(change.path);
  }
  await journal.empty();
  return changes.length;
}

/** A setting as it is now, to be put back to that. `after`: what it is about to be; null: more than one thing. */
export async function settingNow(
  device: AdbDevice,
  [namespace, key]: readonly ['global' | 'secure', string],
  after: string | null,
): Promise<Extract<Change, { kind: 'setting' }>> {
  const now = await device.ask(['settings', 'get', namespace, key]);
  const before = now === 'null' || now === '' ? null : now;
  return { kind: 'setting', namespace, key, before, after };
}

/** Undoing what is undone changes nothing. */
export async function undo(change: Change, device: AdbDevice): Promise<void> {
  switch (change.kind) {
    case 'setting':
      await putBack(change, device);
      return;
    case 'reverse':
      if ((await device.reverses()).includes(change.port)) await device.killReverse(change.port);
      return;
    case 'ca-mount':
      await unmount(change, device);
      return;
    case 'home':
      await removeHome(change.path);
      return;
    case 'file':
      await device.ask(['rm', '-f', change.path]);
      return;
    case 'folder':
      await device.shell(['rmdir', change.path]);
      return;
    case 'row': {
      const where = `${change.column}='${change.value.replaceAll("'", "''")}'`;
      await device.shell(['content', 'delete', '--uri', change.uri, '--where', where]);
      return;
    }
    case 'radio':
      await device.ask(['svc', change.radio, change.on ? 'enable' : 'disable']);
      return;
    case 'clock':
      await turnBack(change, device);
      return;
    case 'app':
      // One that was uninstalled since has nothing left.
      if ((await device.shell(['pm', 'path', change.package])).code === 0)
        await device.ask(['pm', 'clear', change.package], 60_000);
      return;
  }
}

async function putBack(
  { namespace, key, before, after }: Extract<Change, { kind: 'setting' }>,
  device: AdbDevice,
): Promise<void> {
  if (after !== null && (await device.ask(['settings', 'get', namespace, key])) !== after) return;
  const value = before ?? (key === 'http_proxy' ? NO_PROXY : null);
  if (value === null) await device.ask(['settings', 'delete', namespace, key]);
  else await device.ask(['settings', 'put', namespace, key, value]);
}

/** Android minds a deleted proxy only after a restart; this one it minds at once. */
const NO_PROXY = ':0';

/** A clock that is not so far on has been turned back already. */
async function turnBack(
  { until, days }: Extract<Change, { kind: 'clock' }>,
  device: AdbDevice,
): Promise<void> {
  const now = Number(await device.ask(['date', '+%s']));
  if (now < until) return;
  const root = await rootOf(device);
  if (!root) {
    const message = `${device.serial}: its clock is ${days} days on, and su is refused now`;
    throw benchFault('phone-refused', message);
  }
  await root(`date @${now - days * 86_400}`);
}

async function unmount(
  { folder, file }: Extract<Change, { kind: 'ca-mount' }>,
  device: AdbDevice,
): Promise<void> {
  const ours = ['[', '-e', `${folder}/${file}`, ']'];
  if ((await device.shell(ours)).code !== 0) return;
  const root = await rootOf(device);
  if (!root) {
    throw benchFault(
      'phone-refused',
      `${device.serial}: our CA is still in ${folder}, and su is refused now`,
    );
  }
  await root(`umount ${folder}`);
  if ((await device.shell(ours)).code === 0) {
    throw benchFault('phone-refused', `${device.serial}: our CA is still in ${folder}`);
  }
}

/** A line that a crash cut short tells of a change that was never made: it is noted first, and made after. */
function changeIn(line: string): Change | null {
  if (line.trim() === '') return null;
  try {
    return changeSchema.parse(JSON.parse(line));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw new Error(`undo journal: ${messageOf(error)}: ${line}`, { cause: error });
  }
}
