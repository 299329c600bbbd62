import { join } from 'node:path';
import { Fault } from '../../../lib/fault.ts';
import { namesIn } from '../../../record/disk.ts';

/** A file of `scenarios/`, or of a folder in it. It is asked for by its name alone; the folder is its theme. */
export interface Shelved {
  readonly name: string;
  /** '' for a file beside the folders. */
  readonly theme: string;
  readonly path: string;
}

/** Every scenario there is, by name. Two of one name are a Fault. */
export async function scenariosIn(root: string): Promise<readonly Shelved[]> {
  const entries = await namesIn(join(root, 'scenarios'));
  const themes = ['', ...entries.filter((entry) => !entry.includes('.'))];
  const found: Shelved[] = [];
  for (const theme of themes) {
    for (const file of await namesIn(join(root, 'scenarios', theme))) {
      if (!file.endsWith(SUFFIX)) continue;
      const name = file.slice(0, -SUFFIX.length);
      found.push({ name, theme, path: join('scenarios', theme, file) });
    }
  }
  found.sort((a, b) => (a.name < b.name ? -1 : 1));
  const twin = found.find(({ name }, at) => found[at + 1]?.name === name);
  if (twin === undefined) return found;
  const both = found.filter(({ name }) => name === twin.name).map(({ path }) => path);
  throw new Fault(
    'two-scenarios',
    `${both.join(' and ')} are two scenarios with one name`,
    'Give one of them another name, in the file and as its `name`.',
  );
}

const SUFFIX = '.ts';
