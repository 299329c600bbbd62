import type { Figure, Target } from './figure.ts';
import { median, meets } from './figure.ts';
import type { Machine } from './machine.ts';
import { machineLine } from './machine.ts';

/** What one bench measured, and the command that repeats it. */
export interface Measured {
  readonly name: string;
  readonly about: string;
  readonly again: string;
  readonly figures: readonly Figure[];
}

/** For people: a line of the machine, then one table a bench. */
export function asText(machine: Machine, all: readonly Measured[]): string {
  return [`on ${machineLine(machine)}\n`, ...all.map(tableOf)].join('\n');
}

/** For programs: the same, with every single value. */
export function asJson(machine: Machine, all: readonly Measured[]): string {
  const benches = all.map((one) => ({
    ...one,
    figures: one.figures.map((figure) => ({
      ...figure,
      median: median(figure.values),
      met: figure.target ? meets(figure.target, median(figure.values)) : null,
    })),
  }));
  return `${JSON.stringify({ machine, benches }, null, 2)}\n`;
}

function tableOf({ about, again, figures }: Measured): string {
  const rows = [
    ['', 'median', 'lowest – highest', 'n', 'target'],
    ...figures.map(({ what, unit, values, target }) => [
      what,
      `${digits(median(values))} ${unit}`.trimEnd(),
      values.length > 1 ? `${digits(Math.min(...values))} – ${digits(Math.max(...values))}` : '',
      String(values.length),
      target ? `${targetOf(target)}: ${meets(target, median(values)) ? 'met' : 'missed'}` : '',
    ]),
  ];
  const widths =
    rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, at) =>
        at === 0 || at > 3 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const notes = figures.flatMap(({ what, note }) => (note === undefined ? [] : `${what}: ${note}`));
  return `${[about, ...lines, ...notes, `again  ${again}`].join('\n  ')}\n`;
}

function targetOf(target: Target): string {
  return 'atMost' in target ? `≤ ${digits(target.atMost)}` : `≥ ${digits(target.atLeast)}`;
}

/** Three figures that count; more would be noise. */
function digits(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
