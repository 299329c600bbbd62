import type { Plan } from '../../record/plan/plan.ts';
import type { Bounds, Evidence, Verdict, Verdicts } from '../verdicts/shape.ts';
import type { Contrast } from '../verdicts/contrasts/shape.ts';
import {
  capital,
  inWords,
  isOf,
  onDevice,
  pValue,
  percent,
  placeOf,
  range,
  share,
  stamped,
  typed,
  voids,
} from './phrases.ts';
import { platformInWords } from './outside.ts';
import { MEANINGS } from './reasons.ts';
import { whoItIs } from './recipient.ts';

/** One verdict as labelled lines, always in the same order: what a reader may quote. */
export function explain(row: Verdict, verdicts: Verdicts, plan: Plan, folder: string): string[] {
  const [evidence] = row.evidence;
  const to = row.host ?? 'anyone who need not see it';
  const told: [string, string[]][] = [
    ['with', [inWords(row.condition)]],
    ['on', [onDevice(row)]],
    ['seen', seen(row, plan)],
    ['whom', verdicts.recipients.filter(({ host }) => host === row.host).flatMap(whoItIs)],
    ['by', evidence ? [sentBy(row, evidence)] : []],
    ['where', evidence ? [placeOf(evidence)] : searched(row, verdicts, plan)],
    ['when', evidence ? when(row, evidence, verdicts) : []],
    ['unlike', unlike(row, verdicts)],
    ['proof', [proof(row, verdicts, folder)]],
    ['again', [again(row, plan)]],
  ];
  return [
    stamped(`${capital(row.answer)}  ${row.scenario}: ${row.canary} → ${to}`, row.stamp),
    ...told.flatMap(([label, lines]) =>
      lines.map((line, i) => `  ${(i === 0 ? label : '').padEnd(6)} ${line}`),
    ),
  ];
}

/** What rates and bounds stand on; p stands on the shuffle alone. */
const IF = 'if visits are independent';

const LATE = 'only after the follow-up window: a leak as well, and in no rate';

function seen(row: Verdict, { family }: Plan): string[] {
  const [of, set] = [`${row.seen} of ${row.sound} sound trials ${row.order}`, voids(row)];
  const aside = set === '' ? '' : `, ${set}`;
  if (row.answer === 'leaks') {
    const rate = row.rate === null ? 'no rate can be given' : `rate ${range(row.rate)}, ${IF}`;
    const late = row.late === 0 ? [] : [`in ${row.late} more it left ${LATE}`];
    return [`${of} (${rate})${aside}`, ...late];
  }
  if (row.bounds !== null) {
    const { visits, withVoids, simultaneous, phones, ofPhones } = row.bounds;
    return [
      `${of}: a leak in over ${percent(visits)} of visits would have shown (95 %, ${IF})${aside}`,
      `with each void counted as a leak: over ${percent(withVoids)}; ` +
        `for all ${family} primary claims at once: over ${percent(simultaneous)}`,
      ofPhones === 1
        ? `one phone says nothing about a model (up to ${percent(phones)} of such phones could leak)`
        : `on none of ${ofPhones} such phones: up to ${percent(phones)} of them could leak`,
      divided(row.bounds),
    ];
  }
  return [
    `${of}${aside}; this is no answer:`,
    ...row.reasons.map((reason) => {
      const { means, settles } = MEANINGS[reason];
      return `${reason}: ${means}. Settled by: ${settles}.`;
    }),
    ...(row.reach === 'metadata' ? [METADATA] : []),
  ];
}

/** What the bounds allow for leaks that happen and that we do not find. */
function divided({ sensitivity }: Bounds): string {
  if (sensitivity === null)
    return 'our own misses are not allowed for: nothing was measured, so all of these are divided by nothing';
  const { limit, found, of, way, from } = sensitivity;
  return (
    `all of these are divided by ${Math.floor(limit * 1000) / 1000}, what we find at least (95 %): ` +
    `${found} of ${of} by ${way} (${from})`
  );
}

/** What such a device can and cannot answer. */
const METADATA =
  'reach metadata: plain http and the names asked for were read and searched; of what went over TLS only recipients, ' +
  'sizes and times are known, and stand below.';

function sentBy(row: Verdict, { alongside }: Evidence): string {
  const who = {
    native: 'the browser or ROM itself (native)',
    page: 'a page that was shown (page)',
    unknown: 'page or browser, not established (unknown)',
  }[row.origin];
  const app = row.sender === null ? '' : `, app ${row.sender}`;
  const beside = alongside.map(({ field, class: behaviour }) => `${field} (${behaviour})`);
  const ids = beside.length === 0 ? '' : `, beside ${beside.join(', ')}`;
  return `${who}${app}${ids}; known because: ${row.originFrom}`;
}

/** What "searched" means, or where the search could not go. */
function searched(row: Verdict, verdicts: Verdicts, { mayReach }: Plan): string[] {
  const { searched: rows, recipientClasses } = verdicts;
  const part =
    row.read === null ? [] : [`${share(row.read)} of the bytes of these trials were read`];
  if (row.answer === 'inconclusive')
    return [...part, ...row.unsearched, ...platformInWords(row, verdicts)];
  const whom =
    row.host ??
    `recipients of the classes ${[...new Set([...recipientClasses, 'unknown'])].join(', ')}`;
  return [
    `everything sent to ${whom} was read; ` +
      `only ${(mayReach[row.canary] ?? []).join(', ') || 'nobody'} may see it`,
    ...part,
    ...platformInWords(row, verdicts),
    `searched as sent and through ${rows.join(', ')}; also for its md5, sha1 and sha256`,
  ];
}

function when(row: Verdict, evidence: Evidence, { blocks }: Verdicts): string[] {
  const timelapse = blocks.find(({ device }) => device === row.device)?.timelapse ?? 1;
  const clock = timelapse === 1 ? '' : ' (phone time)';
  const after = evidence.afterSeconds;
  const late = evidence.carryOver;
  return [
    ...(after === null ? [] : [`${after.toFixed(1)} s after it was typed${clock}`]),
    ...(late === null
      ? []
      : [
          `late: planted in trial ${late.planted} under ${inWords(late.plantedUnder)}, ` +
            `left under ${inWords(late.leftUnder)}`,
        ]),
  ];
}

/** The same claim under the other level of each declared contrast that this condition is part of. */
function unlike(row: Verdict, verdicts: Verdicts): string[] {
  return verdicts.contrasts
    .filter((one) => one.role === 'claim' && one.measure === 'presence')
    .filter((one) => one.canary === row.canary && one.host === row.host)
    .filter(isOf(row))
    .sort((a, b) => Number(b.primary) - Number(a.primary))
    .flatMap((contrast) => {
      const other = otherSide(row, contrast);
      if (other === null) return [];
      return [
        `${contrast.factor} ${other.level}: ${answered(other, row, verdicts)}, ${tested(contrast)}`,
      ];
    });
}

interface Side {
  readonly level: string;
  readonly condition: Readonly<Record<string, string>>;
}

function otherSide(row: Verdict, { factor, levels, held }: Contrast): Side | null {
  const here = row.condition[factor];
  const kept = Object.entries(held).every(([name, level]) => row.condition[name] === level);
  const level = here === levels[0] ? levels[1] : here === levels[1] ? levels[0] : null;
  return kept && level !== null
    ? { level, condition: { ...row.condition, [factor]: level } }
    : null;
}

function answered({ condition }: Side, row: Verdict, { verdicts }: Verdicts): string {
  const there = verdicts.filter(
    (one) =>
      one.device === row.device &&
      one.browserName === row.browserName &&
      one.canary === row.canary &&
      Object.entries(condition).every(([factor, level]) => one.condition[factor] === level),
  );
  const same =
    there.find(({ host }) => host === row.host) ?? there.find(({ answer }) => answer === 'leaks');
  if (!same) return 'no row';
  if (same.answer === 'leaks') return `leaks in ${same.seen} of ${same.sound}`;
  if (same.bounds === null) return `inconclusive (${same.reasons.join(', ')})`;
  return (
    `not seen in ${same.sound} of ${same.sound} ` +
    `(a leak in over ${percent(same.bounds.visits)} of visits would have shown)`
  );
}

/** p over everything that the plan declares, and of a primary over the invocation. */
export function tested(
  contrast: Pick<Contrast, 'p' | 'pAdjusted' | 'family' | 'pOverInvocation' | 'invocation'> & {
    readonly reasons: readonly string[];
  },
): string {
  const { p, pAdjusted, family, pOverInvocation, invocation, reasons } = contrast;
  if (p === null || pAdjusted === null) return `no p (${reasons.join(', ')})`;
  const over = family === 1 ? '' : ` over ${family} contrasts`;
  const again =
    pOverInvocation === null || invocation === 1
      ? ''
      : `, ${pValue(pOverInvocation)} over the ${invocation} primaries of the invocation`;
  return `${pValue(pAdjusted)}${over}${again}`;
}

function proof(row: Verdict, { basis }: Verdicts, folder: string): string {
  const [evidence] = row.evidence;
  if (evidence) return `${folder}/trials/${evidence.trial}/exchanges.jsonl line ${evidence.line}`;
  const head = basis.runs[0]?.ledgerHead ?? '';
  return `${folder}/ledger.jsonl (head ${head.slice(0, 16)}…): all its trials`;
}

function again(row: Verdict, { scenario, seed, replicates }: Plan): string {
  const count = replicates === 12 ? '' : ` --replicates ${replicates}`;
  return `npm run scenario ${scenario} -- --device ${typed(row.device)} --seed ${typed(seed)}${count}`;
}
