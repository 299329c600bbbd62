import type { Arm } from '../../record/aside.ts';
import type { OutsideContrast, OutsideRow } from '../outside/shape.ts';
import type { Verdict, Verdicts } from '../verdicts/shape.ts';
import { grouped } from './glance.ts';
import { bytes, inWords, isOf, pValue, stamped } from './phrases.ts';

/** Recipients that could not be read: what connections tell from outside, and what a mode or switch changes of it. */
export function outsideInWords({ outside, outsideContrasts, blocks }: Verdicts): string[] {
  if (outside.length === 0) return [];
  const devices = grouped(outside, ({ device, browser }) => `${device} ${browser}`);
  return [
    'who could not be read, from outside: sound trials; connections and bytes a trial, TLS’s own among them (median, smallest–largest)',
    ...[...devices.values()].flatMap((own) => {
      const [first] = own;
      if (!first) return [];
      const { device, browser } = first;
      const stamp = blocks.find((block) => block.device === device)?.stamp ?? '';
      const mine = outsideContrasts.filter(
        (one) => one.device === device && one.browser === browser,
      );
      return [
        stamped(`  ${device} (${browser})`, stamp),
        ...[...grouped(own, ({ condition }) => inWords(condition))].flatMap(([condition, rows]) => [
          `    ${condition}`,
          ...rows.slice(0, MOST).map((row) => `      ${seenFrom(row)}`),
          ...rest(rows),
        ]),
        ...differences(mine).map((line) => `    ${line}`),
      ];
    }),
    '',
  ];
}

/**
 * The platform beside the verdict on one browser: the claim is not about it, so that its content stays closed forbids
 * nothing. It is said all the same, with what sizes and numbers of connections, and doses, tell of it.
 */
export function platformInWords(
  row: Pick<Verdict, 'host' | 'device' | 'browserName' | 'condition'>,
  { outside, outsideContrasts, closed }: Pick<Verdicts, 'outside' | 'outsideContrasts' | 'closed'>,
): string[] {
  if (row.host !== null) return [];
  const isMine = isOf(row);
  const own = outside.filter((one) => isMine(one) && one.recipientClass === 'platform');
  const same = inWords(row.condition);
  const here = own.filter(({ condition, trials }) => trials > 0 && inWords(condition) === same);
  if (here.length === 0) return [];
  const hosts = new Set(own.map(({ host }) => host));
  const compared = outsideContrasts.filter(
    (one) => isMine(one) && hosts.has(one.host) && concerns(row, one),
  );
  const dosed = closed.filter((one) => isMine(one) && one.recipientClass === 'platform');
  return [
    'what went to the platform stayed unread, and the claim is not about it: ' +
      here.map(({ host, trials, of }) => `${host} in ${trials} of ${of} trials`).join(', '),
    ...tested(compared),
    ...(dosed.length === 0
      ? ['whether its bytes grow with what is visited is not asked here (npm run scenario opaque)']
      : dosed.map(({ host, answer, reasons }) => {
          const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
          return `whether its bytes grow with the address: ${host} ${answer}${why}`;
        })),
  ];
}

/** Whether the condition is one of the two that are compared. */
function concerns(
  { condition }: Pick<Verdict, 'condition'>,
  { factor, levels, held, role }: OutsideContrast,
): boolean {
  return (
    role === 'claim' &&
    levels.includes(condition[factor] ?? '') &&
    Object.entries(held).every(([name, level]) => condition[name] === level)
  );
}

function tested(contrasts: readonly OutsideContrast[]): string[] {
  const found = contrasts.toSorted((a, b) => a.p - b.p);
  const [least] = found;
  if (!least) return ['nothing was compared of it'];
  const factors = [...new Set(found.map(({ factor }) => factor))].join(', ');
  const said =
    least.p <= 0.05
      ? `${least.host} differs with ${least.factor} in ${least.measure}`
      : `no difference with ${factors} shown`;
  return [`its connections and bytes compared (exploratory): ${said}, smallest ${pValue(least.p)}`];
}

/** Which versions of TLS were offered, as the packets show them: what is older than 1.2 by name, the rest as numbers. */
export function tlsInWords({ tls, blocks }: Verdicts): string[] {
  const devices = grouped(tls, ({ device, browser }) => `${device} ${browser}`);
  if (tls.length === 0) return [];
  return [
    'TLS: the highest version that the phone offered (what our tap settles of it is our choice; what a server settles is shown)',
    ...[...devices.values()].flatMap((rows) => {
      const [first] = rows;
      if (!first) return [];
      const stamp = blocks.find(({ device }) => device === first.device)?.stamp ?? '';
      const versions = [...grouped(rows, ({ offered }) => offered)].map(
        ([offered, own]) => `${offered} on ${connections(own)}`,
      );
      const old = rows.filter((row) => row.old);
      return [
        stamped(`  ${first.device} (${first.browser})`, stamp),
        `    offered at most ${versions.join(', ')}`,
        ...(old.length === 0 ? ['    older than TLS 1.2: none'] : []),
        ...old.slice(0, MOST).map((row) => `    older than TLS 1.2: ${handshake(row)}`),
        ...rest(old),
      ];
    }),
    '',
  ];
}

/** What the instrument itself changes: one visit without it, with it, and in an installation that was not cleared. */
export function armsInWords({ arms, blocks }: Verdicts): string[] {
  if (arms.length === 0) return [];
  return [
    'what the instrument changes: one visit to the same page in each arm, connections and bytes on the wire (descriptive: no test)',
    ...arms.flatMap((row) => {
      const stamp = blocks.find(({ device }) => device === row.device)?.stamp ?? '';
      const apart = row.hosts.filter((one) => row.arms.some(({ arm }) => !one.in[arm]));
      return [
        stamped(`  ${row.device} (${row.browser}), ${row.page}`, stamp),
        ...row.arms.map(
          ({ arm, hours, all, void: why }) =>
            `    ${armNamed(arm, hours)}: ${sizeOf(all)}${why.length === 0 ? '' : `; void (${why.join('; ')})`}`,
        ),
        ...(apart.length === 0 ? ['    the same recipients in each arm'] : []),
        ...apart.slice(0, MOST).map(({ host, recipientClass, in: where }) => {
          const told = row.arms.map(({ arm }) => {
            const count = where[arm];
            return `${arm} ${count ? sizeOf(count) : 'not spoken to'}`;
          });
          return `    ${host} (${recipientClass}): ${told.join(', ')}`;
        }),
        ...rest(apart),
      ];
    }),
    '',
  ];
}

function armNamed(arm: Arm, hours: number): string {
  if (arm === 'bare') return 'bare (no automation, nothing read, no certificate of ours)';
  return arm === 'aged' ? `aged (the same installation, ${hours} hours later by its clock)` : arm;
}

function sizeOf(count: { connections: number; bytesUp: number; bytesDown: number }): string {
  return `${connections([count])}, ${bytes(count.bytesUp)} up, ${bytes(count.bytesDown)} down`;
}

function connections(rows: readonly { readonly connections: number }[]): string {
  const sum = rows.reduce((total, one) => total + one.connections, 0);
  return `${sum} ${sum === 1 ? 'connection' : 'connections'}`;
}

function handshake(row: Verdicts['tls'][number]): string {
  const { host, recipientClass, offered, settled, cipher } = row;
  const came =
    settled === null
      ? 'no answer seen'
      : `${settled} with ${row.with === 'tap' ? 'our tap' : 'the server'}, ${cipher ?? 'no cipher'}`;
  return `${host} (${recipientClass}) was offered ${offered}: ${came}; ${connections([row])}`;
}

const MOST = 12;

function rest(rows: readonly unknown[]): string[] {
  return rows.length > MOST ? [`      … and ${rows.length - MOST} more, in verdicts.json`] : [];
}

function seenFrom(row: OutsideRow): string {
  const to = `${row.host} (${row.recipientClass})`;
  if (row.trials === 0) return `${to}: in none of ${row.of} trials`;
  const [low, median, high] = row.connections;
  const many = low === high ? '' : ` (${low}–${high})`;
  const each = median === 1 ? 'connection' : 'connections';
  return (
    `${to}: in ${row.trials} of ${row.of} trials, ${median} ${each}${many}, ` +
    `${amount(row.bytesUp)} up, ${amount(row.bytesDown)} down${firstly(row.firstSeconds)}`
  );
}

function amount([low, median, high]: OutsideRow['bytesUp']): string {
  return low === high ? bytes(median) : `${bytes(median)} (${bytes(low)}–${bytes(high)})`;
}

function firstly(seconds: number | null): string {
  if (seconds === null) return '';
  const when = seconds < 0 ? 'before' : 'after';
  return `, first ${Math.abs(seconds).toFixed(1)} s ${when} the steps began`;
}

/** Only what is told apart; how much of it chance may do is told by the A/A pair beside it. */
function differences(contrasts: readonly OutsideContrast[]): string[] {
  if (contrasts.length === 0) return [];
  const claims = contrasts.filter(({ role }) => role === 'claim');
  const found = claims.filter(({ p }) => p <= 0.05).toSorted((a, b) => a.p - b.p);
  const controls = contrasts.filter(({ role }) => role === 'control').map(({ p }) => p);
  const against = controls.length === 0 ? '' : `; A/A: smallest ${pValue(Math.min(...controls))}`;
  const head = `compared (exploratory; p over all these recipients and both measures${against})`;
  if (found.length === 0) return [`${head}: no difference shown`];
  return [
    head,
    ...found.slice(0, MOST).map(({ factor, levels, held, host, measure, means, p }) => {
      const where = Object.keys(held).length === 0 ? '' : ` (${inWords(held)})`;
      const said = (value: number): string =>
        measure === 'connections' ? value.toFixed(1) : bytes(value);
      const what = measure === 'connections' ? 'connections' : 'up';
      return (
        `  ${factor} ${levels.join(' against ')}${where} → ${host}: ` +
        `${said(means[0])} against ${said(means[1])} ${what} a trial, ${pValue(p)}`
      );
    }),
    '  it shows that somebody is told more, or more often; not what',
  ];
}
