import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `/proc/<pid>/status` of each process that draws pages for the browser whose home this is. */
export async function pageProcesses(home: string, mark: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const around = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (!line.includes(mark) || !`${line}${around}`.includes(home)) continue;
    assert.ok(!line.includes('no-sandbox'));
    found.push(await readFile(`/proc/${pid}/status`, 'utf8'));
  }
  return found;
}

/** Whether any file under the folder holds the word, in either of the encodings that browsers write. */
export async function holds(folder: string, word: string): Promise<boolean> {
  const needles = [Buffer.from(word), Buffer.from(word, 'utf16le')];
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const bytes = await readFile(join(file.parentPath, file.name));
    if (needles.some((needle) => bytes.includes(needle))) return true;
  }
  return false;
}
