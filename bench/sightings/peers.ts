import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../harness/lib/children.ts';

/** Seconds of processor time (user and system) that a shell line takes; null when its program is not installed. */
export async function processorTime(line: string): Promise<number | null> {
  const { code, stderr } = await run('bash', ['-c', `TIMEFORMAT='%U %S'; time { ${line}; }`]);
  const told = /^([\d.]+) ([\d.]+)$/m.exec(stderr);
  if (code === 127 || !told || stderr.includes('not found')) return null;
  return Number(told[1]) + Number(told[2]);
}

/** The same bytes for programs of this system: every exchange's as they are, and the gzip streams within them. */
export async function filesFor(
  workDir: string,
  plain: readonly Buffer[],
  packed: readonly Buffer[],
  patterns: readonly string[],
): Promise<{ plain: string; packed: string; patterns: string }> {
  const files = {
    plain: join(workDir, 'plain'),
    packed: join(workDir, 'packed.gz'),
    patterns: join(workDir, 'patterns'),
  };
  await writeFile(files.plain, Buffer.concat(plain));
  await writeFile(files.packed, Buffer.concat(packed));
  await writeFile(files.patterns, patterns.map((one) => `${one}\n`).join(''));
  return files;
}
