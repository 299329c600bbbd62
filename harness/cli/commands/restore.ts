import { join } from 'node:path';
import { openAdb } from '../../gather/devices/adb.ts';
import { attach } from '../../gather/devices/attach.ts';
import { undoAll, undoJournal } from '../../gather/undo.ts';
import { systemClock } from '../../lib/clock.ts';
import type { BenchEntry } from '../../gather/devices/bench.ts';
import { benchOf, entryNamed } from '../bench/entries.ts';
import type { ExitCode } from '../exit-code.ts';
import { EXIT } from '../exit-code.ts';
import type { Output } from '../terminal.ts';
import { forTerminal } from '../terminal.ts';

/**
 * `leaklab restore`: puts back on each phone what its journal still holds. A reference handset ended with its run,
 * and everything that was changed on it with it: its journal is only emptied.
 */
export async function restoreCommand(
  devices: readonly string[],
  { home, output }: { home: string; output: Output },
): Promise<ExitCode> {
  const bench = await benchOf(home);
  const named = devices.length > 0 ? devices : [...bench.keys()];
  for (const name of named) {
    const undone = await restore(entryNamed(bench, name), join(home, '.leaklab', 'undo'));
    output.write(
      `${forTerminal(name)}: ${undone === 0 ? 'nothing to put back' : `${undone} changes put back`}\n`,
    );
  }
  return EXIT.judged;
}

async function restore(entry: BenchEntry, undoDir: string): Promise<number> {
  const journal = undoJournal(undoDir, entry.name);
  const changes = await journal.entries();
  if (changes.length === 0) return 0;
  if (entry.serial === undefined) {
    await journal.empty();
    return changes.length;
  }
  const adb = openAdb({ host: entry.adb?.host ?? '127.0.0.1', port: entry.adb?.port ?? 5037 });
  return (await undoAll(journal, await attach(adb, entry.serial, systemClock()))).length;
}
