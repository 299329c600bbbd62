import type { Probe } from './shape.ts';
import type { Verdicts } from '../verdicts/shape.ts';
import { grouped } from '../words/glance.ts';
import { inWords, stamped } from '../words/phrases.ts';

/** Who tried to reach the network that the device was in, device by device and condition by condition. */
export function probesInWords({ probes }: Pick<Verdicts, 'probes'>, folder: string): string[] {
  if (probes.length === 0) return [];
  const devices = grouped(probes, ({ device, browser }) => `${device} ${browser}`);
  return [
    'LOOKED INTO THE NETWORK THAT IT WAS IN (nothing was led there: whether anybody would have answered is not known)',
    ...[...devices.values()].flatMap(([first, ...more]) => {
      if (!first) return [];
      const conditions = grouped([first, ...more], ({ condition }) => inWords(condition));
      return [
        stamped(`  ${first.device} (${first.browser})`, first.stamp),
        ...[...conditions].flatMap(([condition, rows]) => [
          `    ${condition}`,
          ...rows.slice(0, MOST).flatMap((row) => attempt(row, folder)),
          ...(rows.length > MOST
            ? [`      … and ${rows.length - MOST} more, in verdicts.json`]
            : []),
        ]),
      ];
    }),
    '',
  ];
}

const MOST = 12;
const MOST_PORTS = 12;

function attempt(row: Probe, folder: string): string[] {
  const { host, address, range, seen, sound, uncounted, attempts, originFrom, evidence } = row;
  const to = host === address ? address : `${host}, which is ${address}`;
  const beside = uncounted === 0 ? '' : ` and in ${uncounted} void or cut-short ones`;
  const times = attempts === 1 ? 'once' : `${attempts} times`;
  return [
    `      ${asker(row)} → ${to} (${range}), ${ports(row)}: in ${seen} of ${sound} sound trials${beside}, ${times}`,
    `        known because: ${originFrom}`,
    `        proof  ${folder}/trials/${evidence.trial}/exchanges.jsonl line ${evidence.line}`,
  ];
}

function asker({ origin, page, sender }: Probe): string {
  const app = sender === null ? '' : `, sent by ${sender}`;
  if (origin === 'native') return `the browser or ROM itself (native)${app}`;
  const named = page === null ? '' : ` of ${page}`;
  return origin === 'page' ? `a page${named}${app}` : `somebody (unknown${named}${app})`;
}

function ports({ ports: all, morePorts }: Probe): string {
  if (all.length === 0) return 'port not known';
  const more = morePorts || all.length > MOST_PORTS ? ' …' : '';
  return `${all.length === 1 ? 'port' : 'ports'} ${all.slice(0, MOST_PORTS).join(', ')}${more}`;
}
