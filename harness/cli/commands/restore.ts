import { join } from 'node:path';
import { openAdb } from '../../gather/devices/adb.ts';
import { attach } from '../../gather/devices/way/attach.ts';
import { removeHomes, undoAll, undoJournal } from '../../gather/undo.ts';
import { systemClock } from '../../lib/clock.ts';
import type { BenchEntry } from '../../gather/devices/bench.ts';
import { serialOf } from '../../gather/devices/bench.ts';
import { benchOf, entryNamed } from '../bench/entries.ts';
import { holdPhones } from '../bench/in-use.ts';
import { benchAdb } from '../bench/lab.ts';
import type { ExitCode } from '../exit-code.ts';
import { EXIT } from '../exit-code.ts';
import type { Output } from '../terminal.ts';
import { forTerminal } from '../terminal.ts';

/**
 * `leaklab restore`: puts back on each phone what its journal still holds. A reference handset that a run started ended
 * with it, and everything that was changed on it: its journal is only emptied.
 */
export async function restoreCommand(
  devices: readonly string[],
  { home, now, output }: { home: string; now: number; output: Output },
): Promise<ExitCode> {
  const bench = await benchOf(home);
  const named = devices.length > 0 ? devices : [...bench.keys()];
  for (const name of named) {
    const entry = entryNamed(bench, name);
    await using _ = await holdPhones([entry], { what: 'leaklab restore', home, now });
    const undone = await putBack(entry, join(home, '.leaklab', 'undo'));
    output.write(
      `${forTerminal(name)}: ${undone === 0 ? 'nothing to put back' : `${undone} changes put back`}\n`,
    );
  }
  return EXIT.judged;
}

/** Puts one phone back as its journal says; how many changes that were. Its phone is held by whoever calls. */
export async function putBack(entry: BenchEntry, undoDir: string): Promise<number> {
  const journal = undoJournal(undoDir, entry.name);
  const changes = await journal.entries();
  if (changes.length === 0) return 0;
  if (entry.desktop !== undefined) return await removeHomes(journal);
  const serial = serialOf(entry);
  if (serial === null) {
    await journal.empty();
    return changes.length;
  }
  const adb = benchAdb(entry);
  await adb.wanted();
  return (await undoAll(journal, await attach(openAdb(adb), serial, systemClock()))).length;
}
