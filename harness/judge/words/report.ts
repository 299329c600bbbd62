import type { Plan } from '../../record/plan/plan.ts';
import type { Stamp } from '../../record/stamp.ts';
import { explain } from './block.ts';
import { closedInWords, title } from './closed.ts';
import { comparisons } from './contrasts.ts';
import { armsInWords, outsideInWords, tlsInWords } from './outside.ts';
import { glance, grouped } from './glance.ts';
import { inventory } from './inventory.ts';
import { capital, inWords, share, stamped } from './phrases.ts';
import { probesInWords } from '../probes/words.ts';
import { RUN_MEANINGS } from './reasons.ts';
import { whoItIs } from './recipient.ts';
import type { Verdict, Verdicts } from '../verdicts/shape.ts';

/**
 * A judged run in words: first every answer at a glance, then the verdicts that the primary contrast of each device
 * stands on in full, then the comparisons and what is to be said of the run itself. Lines without colour; whoever
 * prints them escapes them, since hosts and field names are the phone's.
 */
export function report(verdicts: Verdicts, plan: Plan, folder: string): string[] {
  const devices = [
    ...grouped(verdicts.verdicts, ({ device, browser }) => `${device} ${browser}`).values(),
  ];
  const count = (what: 'sound' | 'void' | 'cutShort'): number =>
    verdicts.blocks.reduce((sum, block) => sum + block[what], 0);
  return [
    verdicts.question,
    `run ${verdicts.run}, seed ${verdicts.seed}: ${count('sound')} sound trials, ` +
      `${count('void')} void, ${count('cutShort')} cut short`,
    ...verdicts.runReasons.map((reason) => RUN_MEANINGS[reason]),
    '',
    ...devices.flatMap((rows) => [...glance(rows), '']),
    ...devices.flatMap((rows) =>
      inFull(rows, plan).flatMap((row) => [...explain(row, verdicts, plan, folder), '']),
    ),
    ...closedInWords(verdicts.closed, stampsOf(verdicts)),
    ...comparisons(verdicts, stampsOf(verdicts)),
    ...outsideInWords(verdicts),
    ...armsInWords(verdicts),
    ...tlsInWords(verdicts),
    ...inventory(verdicts),
    ...probesInWords(verdicts, folder),
    ...whoTheyAre(verdicts),
    ...ofTheRun(verdicts, plan),
  ];
}

/** One line a claim (canary × condition), for whoever lists claims. */
export function claimTitles(verdicts: Verdicts): { device: string; title: string }[] {
  const closed = verdicts.closed.map((row) => ({ device: row.device, title: title(row) }));
  return verdicts.verdicts
    .filter(({ answer, host }) => answer === 'leaks' || host === null)
    .map(({ device, canary, condition, answer, host, reasons }) => {
      const to = host === null ? '' : ` → ${host}`;
      const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
      return { device, title: `${inWords(condition)}: ${canary}${to}: ${capital(answer)}${why}` };
    })
    .concat(closed);
}

/** Under each condition that the primary contrast compares, the verdict on the first canary that leaks, or is. */
function inFull(rows: readonly Verdict[], plan: Plan): Verdict[] {
  const [first] = rows;
  const block = plan.blocks.find(({ device }) => device === first?.device);
  const primary = block?.contrasts.find(({ role, primary: leads }) => leads && role === 'claim');
  const arms = [...grouped(rows, ({ condition }) => inWords(condition)).values()];
  const compared = arms.filter(([row]) => {
    if (!row || !primary) return true;
    const level = row.condition[primary.factor];
    const held = Object.entries(primary.held).every(
      ([factor, one]) => row.condition[factor] === one,
    );
    return held && level !== undefined && primary.levels.includes(level);
  });
  return compared.flatMap(
    (arm) =>
      arm.find(({ answer }) => answer === 'leaks') ?? arm.find(({ host }) => host === null) ?? [],
  );
}

/** What every line about a device bears. */
function stampsOf({ blocks }: Verdicts): (device: string) => Stamp {
  return (device) => blocks.find((block) => block.device === device)?.stamp ?? '';
}

/** Of every recipient of a canary, and of whoever was spoken to without a page's doing: who that is. */
function whoTheyAre({ verdicts, contacts, recipients }: Verdicts): string[] {
  const told = new Set([
    ...verdicts.map(({ host }) => host),
    ...contacts.filter(({ origin }) => origin === 'native').map(({ host }) => host),
  ]);
  const named = recipients.filter(({ host }) => told.has(host));
  if (named.length === 0) return [];
  return [
    'who they are (registry is not owner, owner is not host, host is not place)',
    ...[...grouped(named, (one) => JSON.stringify(whoItIs(one))).values()].flatMap((same) => [
      `  ${same.map(({ host }) => host).join(', ')}`,
      ...(same[0] ? whoItIs(same[0]) : []).map((line) => `    ${line}`),
    ]),
    '',
  ];
}

/** Void trials, late arrivals, factors that were not there, and how good the instrument itself is known to be. */
function ofTheRun({ verdicts, blocks, basis, contacts }: Verdicts, plan: Plan): string[] {
  return [
    ...blocks.map(({ device, sound, void: voids, cutShort, stamp, read }) => {
      const part = read === null ? '' : `; ${share(read)} of bytes read`;
      return stamped(
        `${device}: ${sound} sound, ${voids} void, ${cutShort} cut short${part}`,
        stamp,
      );
    }),
    ...heard(blocks),
    ...ownAppInWords(blocks),
    ...voidRates(verdicts),
    ...blocks.flatMap((block) => notRun(block, plan)),
    ...blocks.flatMap(({ device, dropped }) => dropped.map((sentence) => `${device}: ${sentence}`)),
    ...byItself(contacts),
    ...lateArrivals(verdicts),
    basis.calibration === null
      ? 'our own error: not calibrated yet (no calibration of this version)'
      : `our own error: calibration ${basis.calibration}`,
  ];
}

/** How well each phone's own known leak was heard: by the ways in which it sends, and by no other. */
function heard(blocks: Verdicts['blocks']): string[] {
  return blocks.map(({ device, knownLeak, stamp }) => {
    const said =
      knownLeak === null
        ? 'not tried'
        : `found ${knownLeak.found} of ${knownLeak.of} times (at least ${share(knownLeak.limit)}, 95 %), as ` +
          'a page sends it; of other wrappings and transports this says nothing';
    return stamped(`${device}: its own known leak, on the device: ${said}`, stamp);
  });
}

/** What our own app sent by every wrapping and transport: found, or by which ways silence says nothing. */
function ownAppInWords(blocks: Verdicts['blocks']): string[] {
  return blocks.flatMap(({ device, ownApp, stamp }) => {
    const line = (said: string): string => stamped(`${device}: ${said}`, stamp);
    if (ownApp === null) return [];
    const { app, found, again, missed, unsent, void: why } = ownApp;
    const sent = found.length + again.length + missed.length;
    return [
      line(
        app === null
          ? 'our own app (lab.leaklab.known) is not installed: no other way was tried there'
          : `our own app there (${app}) sent by ${sent} wrappings and transports, ${found.length + again.length} found`,
      ),
      ...(again.length === 0
        ? []
        : [
            line(
              `found only when asked for once more (one of two), so nothing is "not seen" there: ${again.join(', ')}`,
            ),
          ]),
      ...(missed.length === 0
        ? []
        : [line(`missed, so nothing is "not seen" there: ${missed.join(', ')}`)]),
      ...(app === null || unsent.length === 0
        ? []
        : [line(`which it does not send: ${unsent.join(', ')}`)]),
      ...why.map((one) => line(`that aside is void: ${one}`)),
    ];
  });
}

/** Void trials condition by condition: where they fall on one level more than on another, nothing is compared. */
function voidRates(verdicts: readonly Verdict[]): string[] {
  const rows = grouped(verdicts, ({ device, browser, condition }) =>
    JSON.stringify([device, browser, inWords(condition)]),
  );
  return [...rows.values()].flatMap(([row]) => {
    if (!row || row.void === 0) return [];
    const all = row.sound + row.void;
    return [`${row.device}: under ${inWords(row.condition)} ${row.void} of ${all} trials are void`];
  });
}

/** What left in another trial than its own, with the condition that it was planted in and the one that it left in. */
function lateArrivals(verdicts: readonly Verdict[]): string[] {
  const late = verdicts.flatMap(({ canary, host, evidence }) =>
    evidence.flatMap(({ trial, carryOver }) =>
      carryOver === null || host === null ? [] : [{ canary, host, trial, carryOver }],
    ),
  );
  if (late.length === 0) return ['late arrivals: none'];
  return [
    `late arrivals: ${late.length}, each counted for the condition it was planted in`,
    ...late.slice(0, MOST_LATE).map(({ canary, host, trial, carryOver }) => {
      const { planted, plantedUnder, leftUnder } = carryOver;
      return (
        `  ${canary} → ${host}: planted in trial ${planted} under ${inWords(plantedUnder)}, ` +
        `left in trial ${trial} under ${inWords(leftUnder)}`
      );
    }),
    ...(late.length > MOST_LATE
      ? [`  … and ${late.length - MOST_LATE} more, in verdicts.json`]
      : []),
  ];
}

const MOST_LATE = 6;

/** A block that stopped before its end: its counts are of what there is, and no fair sample of what was planned. */
function notRun(
  { device, browser, sound, void: voids }: Verdicts['blocks'][number],
  plan: Plan,
): string[] {
  const planned = plan.blocks.find((one) => one.device === device && one.browser === browser);
  const missing = (planned?.trials.length ?? 0) - sound - voids;
  if (missing <= 0) return [];
  return [
    `${device}: NOT RUN TO ITS END, ${missing} trials of the plan are missing: its rates are of a part of it`,
  ];
}

/** Recipients that no page was the cause of: with them the browser, or what is under it, spoke by itself. */
function byItself(contacts: Verdicts['contacts']): string[] {
  const native = contacts.filter(({ origin }) => origin === 'native');
  return [...grouped(native, ({ device, browser }) => `${device} ${browser}`).values()].flatMap(
    (rows) => [
      `${rows[0]?.device ?? ''}: spoke by itself (native) to`,
      ...rows.map(
        ({ host, recipientClass, trials, of, exchanges, originFrom }) =>
          `  ${host} (${recipientClass}), in ${trials} of ${of} trials, ${exchanges} exchanges; ${originFrom}`,
      ),
    ],
  );
}
