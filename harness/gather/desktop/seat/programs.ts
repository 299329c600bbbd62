import { z } from 'zod';
import { run } from '../../../lib/children.ts';
import { Fault } from '../../../lib/fault.ts';
import programs from './programs.json' with { type: 'json' };

const tables = z.record(z.string(), z.record(z.string(), z.string()));

/**
 * Refuses, with the one command that installs it, a browser or a tool for it that this machine lacks. Set-up reads the
 * same table (command → Debian's packages) and installs what is missing when it may.
 */
export async function requirePrograms(desktop: string): Promise<void> {
  const needed = Object.entries(tables.parse(programs)[desktop] ?? {});
  const found = await Promise.all(needed.map(async ([command]) => await isThere(command)));
  const missing = needed.filter((_, at) => found[at] !== true).map(([, packages]) => packages);
  if (missing.length === 0) return;
  const names = [...new Set(missing)].join(' ');
  throw new Fault(
    'desktop-missing',
    `${desktop} cannot be driven on this machine; missing: ${names}`,
    `sudo apt-get update && sudo apt-get install --no-install-recommends ${names}`,
  );
}

async function isThere(command: string): Promise<boolean> {
  const { code } = await run('sh', ['-c', 'command -v "$1" >/dev/null', 'sh', command]);
  return code === 0;
}
