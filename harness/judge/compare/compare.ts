import { standingOf } from '../verdicts/sound.ts';
import { answersOf } from './answers.ts';
import { ENOUGH_TO_TELL } from './apart.ts';
import type { Cell } from './cells.ts';
import { cellsOf, scenariosOf } from './cells.ts';
import { contrastsBetween } from './contrasts.ts';
import { FEWEST_PAIRS } from '../../record/plan/lot.ts';
import { answerKey, itemKey, pairsOf, testPairs } from './lot.ts';
import type { Stratum } from './held.ts';
import { heldAndDiffering, strataOf } from './held.ts';
import type { Facts, Side } from './side.ts';
import { counted } from './side.ts';
import type { Comparison, Sided } from './shape.ts';
import { comparisonSchema } from './shape.ts';
import { structureOf } from './structure/structure.ts';

/**
 * Firmware against firmware: first what changed in the answers, then in what is said to whom and on the screens, each
 * with its proof on both sides. Pure: same records, same bytes. Both sides have a scenario in common.
 */
export function compare(
  a: Side,
  b: Side,
  kind: Sided['kind'],
  leftOut: readonly string[] = [],
): Comparison {
  const { strata, leftOut: alone } = strataOf(a, b, kind);
  const parts = strata.map((one) => compareStratum(one, strata.length === 1));
  const all = <Row>(rows: (part: (typeof parts)[number]) => readonly Row[]): Row[] =>
    parts.flatMap(rows);
  const sum = (count: (part: (typeof parts)[number]) => number): number =>
    parts.reduce((total, part) => total + count(part), 0);
  const pair = {
    a: { term: a.term, blocks: strata.flatMap((one) => one.a.blocks) },
    b: { term: b.term, blocks: strata.flatMap((one) => one.b.blocks) },
  };
  const changes = {
    answers: all(({ answers }) => answers.changed).sort(
      (x, y) => ORDER.indexOf(x.change) - ORDER.indexOf(y.change),
    ),
    contrasts: all(({ contrasts }) => contrasts.changed),
    structure: all(({ structure }) => structure.changed).sort((x, y) => y.weight - x.weight),
  };
  return comparisonSchema.parse({
    a: sided(pair.a, kind),
    b: sided(pair.b, kind),
    scenarios: scenariosOf(pair.a),
    ...heldAndDiffering(pair.a, pair.b),
    ...unitsOf(pair.a, pair.b, parts),
    leftOut: [...leftOut, ...alone],
    warnings: [
      ...warningsOf(pair.a, pair.b),
      ...tooFew(strata.map((one, i) => ({ ...one, cells: parts[i]?.cells ?? [] }))),
    ],
    ...changes,
    undecided: all(({ answers }) => answers.undecided),
    compared: {
      answers: sum(({ answers }) => answers.compared),
      contrasts: sum(({ contrasts }) => contrasts.compared),
      structure: sum(({ structure }) => structure.compared),
    },
    dropped: sum(({ structure }) => structure.dropped),
    changed: Object.values(changes).some((some) => some.length > 0),
  });
}

/** What a reader wants to know first. */
const ORDER: readonly Comparison['answers'][number]['change'][] = [
  'began',
  'more often',
  'stopped',
  'less often',
  'no longer answered',
  'answered now',
];

/** The error of several phones or scenarios would add up: p is given where there is `alone` one. */
function compareStratum({ a, b }: Stratum, alone: boolean) {
  const cells = cellsOf(a, b);
  const on = { a: devicesOf(a), b: devicesOf(b) };
  const placed = <Row extends object>(rows: readonly Row[]): (Row & { on: typeof on })[] =>
    rows.map((row) => ({ ...row, on }));
  const answers = answersOf(a, b, cells);
  const pairs = alone ? pairsOf(a, b) : 'more than one phone, scenario or browser';
  const tested = typeof pairs === 'string' ? null : testPairs(pairs, cells);
  const p = (keys: readonly string[]): number | null => {
    const known = keys.flatMap((key) => tested?.p(key) ?? []);
    return known.length === 0 ? null : Math.round(Math.min(...known) * 1e12) / 1e12;
  };
  const ofAnswer = (rows: typeof answers.changed) =>
    rows.map((row) => ({
      ...row,
      p: p([answerKey(row.canary, row.host, { a: row.underA, b: row.underB })]),
    }));
  const contrasts = contrastsBetween(a, b);
  const structure = structureOf(a, b, cells);
  return {
    cells,
    why: typeof pairs === 'string' ? pairs : null,
    smallest: tested?.smallest ?? null,
    answers: {
      ...answers,
      changed: placed(ofAnswer(answers.changed)),
      undecided: placed(ofAnswer(answers.undecided)),
    },
    contrasts: { ...contrasts, changed: placed(contrasts.changed) },
    structure: {
      ...structure,
      changed: placed(
        structure.changed.map((row) => ({
          ...row,
          p: p(row.under.map((cell) => itemKey(row.kind, row.what, cell))),
        })),
      ),
    },
  };
}

function devicesOf({ blocks }: Side): string[] {
  return [...new Set(blocks.map(({ device }) => device))].sort();
}

/** Installations are the unit: without six pairs whose order was drawn by lot there is no p, however many trials. */
function unitsOf(
  a: Side,
  b: Side,
  parts: readonly { readonly why: string | null; readonly smallest: number | null }[],
): Pick<Comparison, 'kind' | 'units'> {
  const count = ({ blocks }: Side): number =>
    new Set(blocks.map(({ run, device, browser }) => `${run} ${device} ${browser}`)).size;
  const [part] = parts;
  const why =
    part?.why === null
      ? `a lot drew which of each pair was flashed first; smallest p ${String(part.smallest)}`
      : `no p, since no lot drew the order of ${FEWEST_PAIRS} pairs of flashes (${part?.why ?? ''})`;
  const kind = part?.why === null ? 'randomised' : 'descriptive';
  return { kind, units: { a: count(a), b: count(b), why: `the unit is the installation; ${why}` } };
}

function warningsOf(a: Side, b: Side): string[] {
  const blocks = [...a.blocks, ...b.blocks].filter((one, i, all) => all.indexOf(one) === i);
  const alarmed = blocks.filter(({ contrasts }) =>
    contrasts.some(({ reasons }) => reasons.includes('a-a-alarm')),
  );
  const unread = blocks.filter(({ reach }) => reach !== 'content');
  return [
    ...alarmed.map(
      ({ run, device }) => `A/A alarm on ${device} in ${run}: its contrasts are left out`,
    ),
    ...unread.map(
      ({ run, device, reach }) =>
        `${device} in ${run} is heard as ${reach}: little is known of its fields`,
    ),
  ];
}

/** Where so few trials are sound that nothing could be told apart, silence about changes means nothing. */
function tooFew(strata: readonly (Stratum & { readonly cells: readonly Cell[] })[]): string[] {
  const cells = strata.flatMap(({ a, b, cells: own }) => own.map((cell) => ({ a, b, cell })));
  const few = cells.filter(
    ({ a, b, cell }) =>
      Math.min(trialsIn(a, cell.scenario, cell.a), trialsIn(b, cell.scenario, cell.b)) <
      ENOUGH_TO_TELL,
  );
  if (few.length === 0) return [];
  return [
    `under ${few.length} of ${cells.length} conditions one side has fewer than ${ENOUGH_TO_TELL} sound trials: ` +
      'there not even always against never could be told from chance',
  ];
}

function trialsIn(side: Side, scenario: string, condition: Cell['a']): number {
  return side.blocks
    .filter((facts) => facts.scenario === scenario)
    .reduce((sum, facts) => sum + counted(facts, condition).length, 0);
}

function sided({ term, blocks }: Side, kind: Sided['kind']): Sided {
  return {
    term,
    kind,
    blocks: blocks.map((facts) => {
      const { run, ledgerHead, scenario, at, device, stamp, model, rom, browser, appVersion } =
        facts;
      const standings = facts.table.trials.map(standingOf);
      return {
        run,
        ledgerHead,
        scenario,
        date: at === null ? null : new Date(at).toISOString().slice(0, 10),
        device,
        stamp,
        model,
        rom,
        browser,
        appVersion,
        reach: facts.reach,
        codeVersion: facts.codeVersion,
        sound: standings.filter((one) => one === 'sound').length,
        void: standings.filter((one) => one === 'void').length,
      };
    }),
  };
}

/** Whether two sides have blocks of one scenario under one browser at all. */
export function haveCommonGround(a: Side, b: Side): boolean {
  const key = ({ scenario, browser }: Facts): string => `${scenario}\n${browser}`;
  const ours = new Set(a.blocks.map(key));
  return b.blocks.some((facts) => ours.has(key(facts)));
}
