import type { Judged } from '../../judge/judge.ts';
import { seriesOf } from '../../judge/nights/nights.ts';
import { nightsInWords } from '../../judge/nights/words.ts';
import { claimTitles, report } from '../../judge/words/report.ts';
import type { Plan } from '../../record/plan/plan.ts';
import { nightsUpTo } from '../bench/known/nights.ts';
import type { ShownClaim } from '../show/show.ts';
import type { Colour, Output } from '../terminal.ts';
import { forTerminal, painter } from '../terminal.ts';

/** Prints the answers of a run in words; colour on the first word of a verdict only. */
export function printVerdicts(judged: Judged, plan: Plan, folder: string, output: Output): void {
  const paint = painter(output, process.env);
  for (const line of report(judged.verdicts, plan, folder)) {
    const [, word = '', rest = ''] = /^(LEAKS|NOT SEEN|INCONCLUSIVE)?(.*)$/s.exec(line) ?? [];
    const colour = COLOURS.get(word);
    output.write(`${colour ? paint(colour, word) : ''}${forTerminal(rest)}\n`);
  }
}

/** What this run and those before it say together, night by night. */
export async function printNights(
  { scenario, run }: Plan,
  results: string,
  output: Output,
): Promise<void> {
  const { nights, ...beside } = await nightsUpTo(results, scenario, run);
  for (const line of nightsInWords(seriesOf(nights), beside)) {
    output.write(`${forTerminal(line)}\n`);
  }
}

/** One line a claim, for the show. */
export function claimsOf(judged: Judged): ShownClaim[] {
  return claimTitles(judged.verdicts).map(({ device, title }) => ({ suite: device, title }));
}

const COLOURS: ReadonlyMap<string, Colour> = new Map([
  ['LEAKS', 'red'],
  ['NOT SEEN', 'green'],
  ['INCONCLUSIVE', 'yellow'],
]);
