import type { Verdict } from '../verdicts/shape.ts';
import { capital, inWords, onDevice, percent, stamped, voids } from './phrases.ts';

/** Room for the longest answer beside the stamp. */
const WIDTH = 100;

/**
 * Every answer of one device at a glance: the conditions one below the other, under each the canaries that share
 * an answer.
 */
export function glance(rows: readonly Verdict[]): string[] {
  const [first] = rows;
  if (!first) return [];
  const lines = [stamped(onDevice(first), first.stamp, WIDTH)];
  for (const [condition, under] of grouped(rows, (row) => inWords(row.condition))) {
    lines.push(`  ${condition}`);
    const telling = under.filter(({ answer, host }) => answer === 'leaks' || host === null);
    for (const same of grouped(telling, likeness).values()) {
      const [row] = same;
      if (!row) continue;
      lines.push(stamped(`    ${told(row)}`, row.stamp, WIDTH));
      lines.push(`    ${''.padEnd(12)} ${same.map(({ canary }) => canary).join(', ')}`);
    }
  }
  return lines;
}

function likeness({ answer, host, seen, sound, void: count, reasons }: Verdict): string {
  return JSON.stringify([answer, host, seen, sound, count, reasons]);
}

function told(row: Verdict): string {
  const set = voids(row);
  const aside = set === '' ? '' : `, ${set}`;
  const word = capital(row.answer).padEnd(12);
  if (row.answer === 'leaks') {
    return `${word} → ${row.host ?? ''}, ${row.seen} of ${row.sound} trials${aside}`;
  }
  if (row.bounds !== null) {
    const over = percent(row.bounds.visits);
    return `${word} 0 of ${row.sound} trials; a leak in over ${over} of visits would have shown${aside}`;
  }
  return `${word} (${row.reasons.join(', ')})${aside}`;
}

export function grouped<Item>(
  items: readonly Item[],
  by: (item: Item) => string,
): ReadonlyMap<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(by(item), [...(groups.get(by(item)) ?? []), item]);
  return groups;
}
