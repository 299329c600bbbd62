import type { Stamp } from '../../record/stamp.ts';
import type { Difference } from '../fields/shape.ts';
import type { Verdicts } from '../verdicts/shape.ts';
import { grouped } from './glance.ts';
import { inWords, pValue, stamped } from './phrases.ts';

/** What is sent under one level of a mode or switch only, and by which names the phone can be known again. */
export function inventory(verdicts: Verdicts): string[] {
  return [...oneConditionOnly(verdicts), ...identifiers(verdicts)];
}

function oneConditionOnly({ structure, blocks }: Verdicts): string[] {
  if (structure.length === 0) return [];
  const alike = grouped(structure, ({ what: _w, kind: _k, ...one }) => JSON.stringify(one));
  return [
    'sent in one condition only (k of n sound trials; p over all recipients, names, endpoints and fields of a comparison)',
    ...[...alike.values()].flatMap((same) => {
      const [first] = same;
      if (!first) return [];
      const { device, factor, held, only, k, n, against, j, m, p } = first;
      const where = Object.keys(held).length === 0 ? '' : ` (${inWords(held)})`;
      const said = p === null ? 'no p' : pValue(p);
      const head = `  ${device}: ${factor} ${only}, not ${against}${where}: ${k} of ${n} against ${j} of ${m}, ${said}`;
      return [stamped(head, stampOf(blocks, device)), ...contained(same)];
    }),
    '',
  ];
}

/** Recipients, names of whom nothing else differs, then endpoints with what they carry, then fields of endpoints that both conditions have. */
function contained(same: readonly Difference[]): string[] {
  const of = (kind: Difference['kind']): string[] =>
    same.filter((one) => one.kind === kind).map(({ what }) => what);
  const [endpoints, fields] = [of('endpoint'), of('field')];
  const inside = (endpoint: string): number =>
    fields.filter((field) => field.startsWith(`${endpoint} `)).length;
  const alone = fields.filter((field) => !endpoints.some((one) => field.startsWith(`${one} `)));
  const rest = alone.length > MOST ? [`… and ${alone.length - MOST} more`] : [];
  return [
    ...of('recipient').map((host) => `recipient ${host}`),
    ...of('name').map((host) => `only asked for by name (DNS): ${host}`),
    ...endpoints.map((endpoint) => `${endpoint}, with ${inside(endpoint)} fields`),
    ...alone.slice(0, MOST).map((field) => `field ${field}`),
    ...rest,
  ].map((line) => `    ${line}`);
}

const MOST = 12;

/** Against "a random identifier, new for each transmission" speaks every field of this list. */
function identifiers({ fields, links, blocks }: Verdicts): string[] {
  const lasting = fields.filter((one) => one.lasting);
  if (lasting.length === 0) return [];
  const devices = grouped(lasting, ({ device, browser }) => `${device} ${browser}`);
  return [
    'names by which the phone can be known again: they outlive a request',
    ...[...devices.values()].flatMap((own) => {
      const [first] = own;
      if (!first) return [];
      const joined = links.filter(
        ({ device, browser }) => device === first.device && browser === first.browser,
      );
      const told = own.slice(0, MOST).map((one) => {
        const from = one.origin === null ? '' : `, first said in ${one.origin}`;
        return `    ${one.endpoint} ${one.field} (${one.class}${from}), in ${one.trials} of ${one.of} trials`;
      });
      return [
        stamped(
          `  ${first.device} (${first.browser}): ${own.length}`,
          stampOf(blocks, first.device),
        ),
        ...told,
        ...(own.length > MOST ? [`    … and ${own.length - MOST} more, in verdicts.json`] : []),
        ...joined
          .slice(0, MOST)
          .map(
            ({ fields: pair, exchanges, trial, line }) =>
              `    one event joins ${pair.map((one) => `${one.field} (${one.class})`).join(' and ')}: ` +
              `${exchanges} exchanges, first trials/${trial}/exchanges.jsonl line ${line}`,
          ),
      ];
    }),
    '',
  ];
}

function stampOf(blocks: Verdicts['blocks'], device: string): Stamp {
  return blocks.find((block) => block.device === device)?.stamp ?? '';
}
