import type { Stamp } from '../../record/stamp.ts';
import type {
  AnswerChange,
  Change,
  Comparison,
  ContrastChange,
  Told,
  Where,
} from '../compare/shape.ts';
import { grouped } from './glance.ts';
import { inWords, percent, pValue, range, stamped } from './phrases.ts';

/** A line of a comparison: a word that may be coloured, and the rest. */
export interface Line {
  readonly word: string;
  readonly rest: string;
  readonly colour: 'red' | 'green' | 'yellow' | null;
}

/**
 * Firmware against firmware, to be read from top to bottom: what is held against what, what changed in the answers,
 * what changed in what is sent and shown, and what was left out. Escaped by whoever prints it.
 */
export function comparisonInWords(comparison: Comparison): Line[] {
  return [
    ...head(comparison, stampOf(comparison)),
    line(''),
    ...(comparison.changed
      ? []
      : [line('nothing changed', sayCompared(comparison), 'green'), line('')]),
    ...section('what changed in the answers', [
      ...alike(comparison.answers).flatMap((same) => answer(same, comparison)),
      ...alike(comparison.contrasts).flatMap((same) => effect(same, comparison)),
    ]),
    ...section(
      'what changed in what is sent and shown, the weightiest first',
      alike(comparison.structure).flatMap((same) => structural(same, comparison)),
    ),
    ...section(
      'seen on one side only, which chance may explain',
      alike(comparison.undecided).flatMap((same) => answer(same, comparison)),
    ),
    ...foot(comparison),
  ];
}

function head(comparison: Comparison, stamp: Stamp): Line[] {
  const { a, b, held, differs, confounded, units, warnings, scenarios } = comparison;
  const side = ({ term, blocks }: Comparison['a']): string => {
    const phones = [
      ...new Set(
        blocks.map((one) => `${one.device} (${one.browser} ${one.appVersion}, ${one.rom})`),
      ),
    ];
    const sound = blocks.reduce((sum, one) => sum + one.sound, 0);
    return `${term}: ${phones.join(', ')}; ${sound} sound trials in ${new Set(blocks.map(({ run }) => run)).size} run(s)`;
  };
  return [
    line(stamped(`${a.term} against ${b.term}: ${scenarios.join(', ')}`, stamp)),
    line('  A      ', side(a)),
    line('  B      ', side(b)),
    line('  same   ', held.map(({ what, value }) => `${what} ${value}`).join(' · ') || 'nothing'),
    ...(differs.length === 0
      ? []
      : [
          line(
            '  differs',
            ` ${differs.map((one) => `${one.what}: ${one.a.join(', ')} → ${one.b.join(', ')}`).join(' · ')}`,
          ),
        ]),
    ...(confounded.length === 0
      ? []
      : [
          line(
            '  CONFOUNDED',
            ` ${confounded.join(' and ')} changed together: nothing here says which of them it was`,
            'yellow',
          ),
        ]),
    line(
      '  kind   ',
      `${comparison.kind}, ${units.a} installation(s) against ${units.b}: ${units.why}`,
    ),
    ...warnings.map((warning) => line('  WARNING', ` ${warning}`, 'yellow')),
  ];
}

type Row = AnswerChange | ContrastChange | Change;

/** Changes that differ only in the canary, the condition, or the phones they were found on: told once. */
function alike<One extends Row>(rows: readonly One[]): One[][] {
  const key = (row: One): string => {
    const { on: _, a, b, ...rest } = row;
    const shared = 'underA' in rest ? { ...rest, underA: null, underB: null } : rest;
    return JSON.stringify([{ ...shared, canary: null }, told(a), told(b)]);
  };
  return [...grouped(rows, key).values()];
}

function told(side: Row['a']): unknown {
  if ('answer' in side) return [side.answer, side.seen, side.sound, side.reasons];
  return 'k' in side ? [side.k, side.n] : side;
}

/** The phones, where a side has several. */
function on(same: readonly Row[], { a, b }: Comparison): Line[] {
  const several = [a, b].some(({ blocks }) => new Set(blocks.map(({ device }) => device)).size > 1);
  if (!several) return [];
  const pairs = same.map((row) => {
    const [one, other] = [row.on.a.join(', '), row.on.b.join(', ')];
    return one === other ? one : `${one} → ${other}`;
  });
  return [line('  on     ', [...new Set(pairs)].join('; '))];
}

function canariesOf(same: readonly (AnswerChange | ContrastChange)[]): string {
  return [...new Set(same.map(({ canary }) => canary))].join(', ');
}

const CHANGES: Readonly<Record<AnswerChange['change'], readonly [string, Line['colour'], string]>> =
  {
    began: ['BEGAN', 'red', 'what was planted is told now'],
    stopped: ['STOPPED', 'green', 'what was planted is not seen to be told any more'],
    'more often': ['MORE OFTEN', 'red', 'what was planted is told in more visits'],
    'less often': ['LESS OFTEN', 'yellow', 'what was planted is told in fewer visits'],
    'answered now': ['ANSWERED NOW', null, 'whether it is told can be answered now'],
    'no longer answered': [
      'NO LONGER ANSWERED',
      'yellow',
      'whether it is told cannot be answered any more',
    ],
  };

function answer(same: readonly AnswerChange[], comparison: Comparison): Line[] {
  const stamp = stampOf(comparison);
  const [first] = same;
  if (!first) return [];
  const [word, colour, meaning] = CHANGES[first.change];
  const canaries = canariesOf(same);
  const to = first.host ?? 'anyone who need not see it';
  return [
    line(word, padded(word, `  ${canaries} → ${to}`, stamp), colour),
    line('  means  ', meaning),
    ...tested(first),
    ...on(same, comparison),
    ...under(same.map(({ underA, underB }) => ({ a: underA, b: underB }))),
    line('  A      ', side(first.a)),
    line('         ', proof(first.a.evidence)),
    line('  B      ', side(first.b)),
    line('         ', proof(first.b.evidence)),
    line(''),
  ];
}

function side({ answer: said, seen, sound, void: voids, bound, reasons, beside }: Told): string {
  const aside = voids === 0 ? '' : `, ${voids} void`;
  const ids = [...new Set(beside.map((one) => `${one.field} (${one.class})`))];
  const by = ids.length === 0 ? '' : `, beside ${ids.join(', ')}`;
  if (said === 'leaks') return `leaks in ${seen} of ${sound} sound trials${aside}${by}`;
  if (said === 'no sighting')
    return `${seen} of ${sound} sound trials here${aside}; it was told to somebody else`;
  if (said === 'inconclusive')
    return `${seen} of ${sound} sound trials${aside}; this silence is no answer (${reasons.join(', ')})`;
  const over =
    bound === null ? '' : ` (a leak in over ${percent(bound)} of visits would have shown)`;
  return `not seen in ${sound} sound trials${aside}${over}`;
}

function effect(same: readonly ContrastChange[], comparison: Comparison): Line[] {
  const stamp = stampOf(comparison);
  const [first] = same;
  if (!first) return [];
  const canaries = canariesOf(same);
  const word = 'EFFECT CHANGED';
  const says = ({ difference, interval, pAdjusted, held }: ContrastChange['a']): string => {
    const with_ = Object.keys(held).length === 0 ? '' : ` (${inWords(held)})`;
    const p = pAdjusted === null ? 'no p' : pValue(pAdjusted);
    return `${percent(difference)} (${range(interval)}), ${p} within its run${with_}`;
  };
  return [
    line(
      word,
      padded(
        word,
        `  ${first.factor} ${first.levels.join(' against ')}: ${canaries} → ${first.host ?? ''}`,
        stamp,
      ),
      'yellow',
    ),
    ...on(same, comparison),
    line('  A      ', says(first.a)),
    line('  B      ', says(first.b)),
    line('  proof  ', `results/${first.a.run}, results/${first.b.run}`),
    line(''),
  ];
}

const MARKS: Readonly<Record<Change['change'], string>> = {
  appeared: '+ APPEARED',
  vanished: '− VANISHED',
  'more often': '▲ MORE OFTEN',
  'less often': '▼ LESS OFTEN',
  changed: '~ CHANGED',
  more: '▲ MORE',
  less: '▼ LESS',
};

/** Where a lot ordered the installations: p over pairs of them. */
function tested({ p }: { readonly p: number | null }): Line[] {
  return p === null ? [] : [line('  p      ', `${pValue(p)} over pairs of installations (maxT)`)];
}

function structural(same: readonly Change[], comparison: Comparison): Line[] {
  const [change] = same;
  if (!change) return [];
  const stamp = stampOf(comparison);
  const { kind, what, meaning, classA, classB, a, b } = change;
  const word = MARKS[change.change];
  const whom = change.recipientClass === null ? '' : ` (${change.recipientClass})`;
  const classes =
    classA !== null && classB !== null && classA !== classB
      ? `${classA} → ${classB}`
      : (classA ?? classB);
  const rest =
    change.with.length > MOST_WITHIN ? ` … and ${change.with.length - MOST_WITHIN} more` : '';
  return [
    line(word, padded(word, `  ${kind === 'class' ? 'field' : kind} ${what}${whom}`, stamp)),
    line('  means  ', meaning),
    ...tested(change),
    ...(classes === null ? [] : [line('  class  ', classes)]),
    ...(change.with.length === 0
      ? []
      : [line('  with   ', `${change.with.slice(0, MOST_WITHIN).join(', ')}${rest}`)]),
    ...on(same, comparison),
    ...under(change.under),
    line('  A      ', `in ${a.k} of ${a.n} trials; ${proof(a.evidence)}`),
    line('  B      ', `in ${b.k} of ${b.n} trials; ${proof(b.evidence)}`),
    line(''),
  ];
}

/** The rest of a long list stands in the JSON. */
const MOST_WITHIN = 8;

function under(
  cells: readonly { readonly a: AnswerChange['underA']; readonly b: AnswerChange['underB'] }[],
): Line[] {
  const said = cells.map(({ a, b }) => {
    const [one, other] = [inWords(a), inWords(b)];
    return one === other ? one : `A: ${one}; B: ${other}`;
  });
  return [...new Set(said)].map((words, i) => line(i === 0 ? '  under  ' : '         ', words));
}

function proof({ run, trial, line: at, ledgerHead }: Where): string {
  if (trial === null)
    return `results/${run}/ledger.jsonl (head ${ledgerHead.slice(0, 16)}…): all its trials`;
  if (at === null) return `results/${run}/trials/${trial}`;
  return `results/${run}/trials/${trial}/exchanges.jsonl line ${at}`;
}

function foot({ dropped, leftOut, compared }: Comparison): Line[] {
  return [
    line(
      `compared: ${compared.answers} answers, ${compared.contrasts} effects, ${compared.structure} recipients, endpoints, fields, words on screens and bytes`,
    ),
    line(
      dropped === 0
        ? 'A/A: the halves of the same records differ from each other in none of them'
        : `A/A: ${dropped} differences that the halves of the same records, or two blocks of one side, show as well are not reported`,
    ),
    ...leftOut.map((sentence) => line(`left out: ${sentence}`)),
  ];
}

function sayCompared({ compared }: Comparison): string {
  return `: of ${compared.answers + compared.contrasts + compared.structure} things compared, none can be told apart`;
}

function section(title: string, lines: readonly Line[]): Line[] {
  return lines.length === 0 ? [] : [line(title.toUpperCase()), line(''), ...lines];
}

/** The rest of a line whose first word is coloured apart, with the stamp in the right column. */
function padded(word: string, rest: string, stamp: Stamp): string {
  return stamped(`${word}${rest}`, stamp).slice(word.length);
}

function line(word: string, rest = '', colour: Line['colour'] = null): Line {
  return { word, rest, colour };
}

/** A reference handset on either side stamps all of it. */
function stampOf({ a, b }: Comparison): Stamp {
  return [...a.blocks, ...b.blocks].map(({ stamp }) => stamp).find((stamp) => stamp !== '') ?? '';
}
