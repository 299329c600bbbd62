import type { Block } from '../../record/plan/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';
import type { Behaviour } from './behaviour.ts';
import type { Classed } from './classes.ts';
import { acrossPhones, classed, isLasting, mayLast } from './classes.ts';
import type { Link } from './links.ts';
import type { Shape } from './values/shape.ts';
import type { Endpoint } from './template.ts';
import { written } from './template.ts';

/** One field of one block while the run is read. */
export interface Kept {
  readonly number: number;
  readonly endpoint: Endpoint;
  readonly field: string;
  /** It goes by the name of an identifier. */
  readonly isNamed: boolean;
  readonly behaviour: Behaviour;
  /** The same over replicates with odd and with even numbers: what differs between them is no finding. */
  readonly halves: readonly [Behaviour, Behaviour];
  /** Trial by trial of the block the first line that carried it; 0 for none. */
  readonly lines: Uint32Array;
  /** Where a server had said its first value, if one had. */
  readonly origin: string | null;
}

/** A recipient or an endpoint, trial by trial of its block. */
export interface Present {
  readonly kind: 'recipient' | 'endpoint';
  readonly endpoint: Endpoint;
  readonly lines: Uint32Array;
}

/** A field when all was read. */
export interface Field extends Classed {
  /** "POST sa.example.com/track/{hex}". */
  readonly endpoint: string;
  readonly host: string;
  readonly field: string;
  readonly shape: Shape;
  readonly requests: number;
  /** An identifier that may be known again in a later request, and one that was seen to be sent in several. */
  readonly mayLast: boolean;
  readonly lasting: boolean;
  readonly halves: readonly [Classed, Classed];
  readonly lines: Uint32Array;
  readonly origin: string | null;
}

/** Two identifiers in one event, both lasting. */
export interface Linked {
  readonly fields: readonly [Field, Field];
  readonly events: number;
  readonly first: Link['first'];
}

/** Everything that one block's phone sent. */
export interface BlockTable {
  readonly block: Block;
  /** In order of time: `lines` count in them. */
  readonly trials: readonly TrialRecord[];
  readonly fields: readonly Field[];
  readonly present: readonly {
    readonly kind: Present['kind'];
    readonly what: string;
    readonly host: string;
    readonly lines: Uint32Array;
  }[];
  /** Names that the phone asked its name server for. */
  readonly asked: readonly { readonly host: string; readonly lines: Uint32Array }[];
  readonly links: readonly Linked[];
  /** The field that a number given by `note` stands for. */
  at(number: number): Field | undefined;
}

export interface FieldTable {
  readonly blocks: readonly BlockTable[];
}

interface Heard {
  readonly block: Block;
  readonly trials: readonly TrialRecord[];
  readonly kept: readonly Kept[];
  readonly present: readonly Present[];
  readonly asked: ReadonlyMap<string, Uint32Array>;
  readonly links: readonly Link[];
  settled(endpoint: Endpoint): Endpoint;
}

/** Puts together what turned out to be one endpoint, classes every field, and holds it against other phones. */
export function tableOf(heard: readonly Heard[]): FieldTable {
  const merged = heard.map((one) => ({ ...one, rows: joined(one) }));
  const everywhere = new Map<string, { device: string; behaviour: Behaviour }[]>();
  for (const { block, rows } of merged) {
    for (const [key, { kept }] of rows.byName) {
      const others = everywhere.get(key) ?? [];
      everywhere.set(key, [...others, { device: block.device, behaviour: kept.behaviour }]);
    }
  }
  return {
    blocks: merged.map((one): BlockTable => {
      const fields = new Map<string, Field>();
      for (const [key, row] of one.rows.byName) {
        fields.set(key, fieldOf(row, everywhere.get(key) ?? []));
      }
      const at = (number: number): Field | undefined =>
        fields.get(one.rows.nameOf.get(number) ?? '');
      return {
        block: one.block,
        trials: one.trials,
        fields: [...fields.values()].sort((a, b) => order(nameOf(a), nameOf(b))),
        present: presentIn(one),
        asked: [...one.asked]
          .map(([host, lines]) => ({ host, lines }))
          .sort((a, b) => order(a.host, b.host)),
        links: linksIn(one.links, at),
        at,
      };
    }),
  };
}

interface Row {
  readonly endpoint: Endpoint;
  readonly kept: Pick<Kept, 'field' | 'isNamed' | 'behaviour' | 'halves' | 'lines' | 'origin'>;
}

function joined({ kept, settled }: Heard): {
  byName: ReadonlyMap<string, Row>;
  nameOf: ReadonlyMap<number, string>;
} {
  const byName = new Map<string, Row>();
  const names = new Map<number, string>();
  for (const one of kept) {
    const endpoint = settled(one.endpoint);
    const name = `${written(endpoint)}\n${one.field}`;
    names.set(one.number, name);
    const known = byName.get(name);
    if (known === undefined) {
      byName.set(name, { endpoint, kept: one });
      continue;
    }
    known.kept.behaviour.join(one.behaviour);
    known.kept.halves[0].join(one.halves[0]);
    known.kept.halves[1].join(one.halves[1]);
    takeIn(known.kept.lines, one.lines);
  }
  return { byName, nameOf: names };
}

function fieldOf(
  { endpoint, kept }: Row,
  phones: readonly { device: string; behaviour: Behaviour }[],
): Field {
  const { behaviour, halves, field, isNamed, lines, origin } = kept;
  const own = acrossPhones(classed(behaviour, isNamed), phones);
  return {
    endpoint: written(endpoint),
    host: endpoint.host,
    field,
    ...own,
    shape: behaviour.shape,
    requests: behaviour.requests,
    mayLast: mayLast(own),
    lasting: isLasting(own),
    halves: [classed(halves[0], isNamed), classed(halves[1], isNamed)],
    lines,
    origin: own.echo ? origin : null,
  };
}

function presentIn({ present, settled }: Heard): BlockTable['present'] {
  const rows = new Map<string, BlockTable['present'][number]>();
  for (const { kind, endpoint, lines } of present) {
    const known = settled(endpoint);
    const what = kind === 'recipient' ? endpoint.host : written(known);
    const row = rows.get(`${kind} ${what}`);
    if (row) takeIn(row.lines, lines);
    else rows.set(`${kind} ${what}`, { kind, what, host: endpoint.host, lines });
  }
  return [...rows.values()].sort((a, b) => order(a.what, b.what));
}

/** Pairs of different fields that both last and were seen with different values: the same value twice joins nothing. */
function linksIn(links: readonly Link[], at: BlockTable['at']): Linked[] {
  const told = new Map<string, Linked>();
  for (const { fields, different, first } of links) {
    const [one, other] = fields.map(at);
    if (!one || !other || one === other || !one.lasting || !other.lasting || different === 0)
      continue;
    const key = `${nameOf(one)}\n${nameOf(other)}`;
    const known = told.get(key);
    told.set(key, {
      fields: [one, other],
      events: (known?.events ?? 0) + different,
      first: known?.first ?? first,
    });
  }
  return [...told.values()];
}

/** The earliest line of each trial under either name. */
function takeIn(ours: Uint32Array, theirs: Uint32Array): void {
  for (const [trial, line] of theirs.entries()) {
    const own = ours[trial] ?? 0;
    if (line !== 0 && (own === 0 || line < own)) ours[trial] = line;
  }
}

function nameOf({ endpoint, field }: Pick<Field, 'endpoint' | 'field'>): string {
  return `${endpoint} ${field}`;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
