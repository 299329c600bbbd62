import type { Series } from './nights.ts';

/** What the nights say together, which runs could not be read and which were judged again; nothing where this is the first. */
export function nightsInWords(
  all: readonly Series[],
  { unread = [], again = [] }: { unread?: readonly string[]; again?: readonly string[] } = {},
): string[] {
  const told = all.filter(({ signs }) => signs.length > 1);
  const [first] = told;
  if (!first) return [];
  const { stake, side, family } = first.game;
  const sides = side === 'either' ? 'half on either arm' : `on the ${side} arm`;
  return [
    `over nights (a bet on which arm shows more, ${stake} of the capital, ${sides}, as in plan.json before each night; ` +
      `shown where it was ever ${first.needed.toFixed(0)} times what it began with: ${family} games at once, 5 %)`,
    ...told.map(line),
    ...again.map(
      (run) =>
        `  judged again from its record, since its verdicts.json is not what was judged: ${run}`,
    ),
    ...unread.map((run) => `  left out, since it cannot be read: ${run}`),
    '',
  ];
}

function line({
  device,
  canary,
  factor,
  levels,
  signs,
  capital,
  most,
  found,
  silent,
}: Series): string {
  const shown = signs.map((sign) => (sign > 0 ? '+' : sign < 0 ? '−' : '0')).join('');
  const answer = found ? 'the arms DIFFER' : 'no difference shown yet';
  const left =
    silent.length === 0
      ? ''
      : `; no bet on ${silent.length} nights without an answer: ${silent.join(', ')}`;
  return (
    `  ${device}: ${factor} ${levels.join(' against ')}: ${canary}: ${answer}; ${signs.length} nights ${shown}, ` +
    `capital ${capital.toPrecision(3)}, at most ${most.toPrecision(3)}${left}`
  );
}
