import { readText } from '../../../record/disk.ts';
import { Fault } from '../../../lib/fault.ts';

/** A phone's most connections, a way out for each, and as much again for everything else that a run has open. */
const LEAST = 4_000;

/**
 * How many files this program may have open. One that has no more left closes new connections without telling anybody:
 * Fault `few-files`, before a phone is touched. Node takes as many as the hard limit allows.
 */
export async function enoughFiles(): Promise<number> {
  const limits = (await readText('/proc/self/limits')) ?? '';
  const told = /^Max open files\s+(\S+)/m.exec(limits)?.[1] ?? 'unlimited';
  const files = told === 'unlimited' ? Infinity : Number(told);
  if (files >= LEAST) return files;
  throw new Fault(
    'few-files',
    `this program may have ${files} files open, and needs ${LEAST}: further connections of a phone would be closed unseen`,
    'Raise the hard limit (ulimit -Hn; LimitNOFILE= of a service), and start again.',
  );
}
