import type { Field } from '../../fields/table.ts';
import { inWords } from '../../fields/classes.ts';
import { classOf } from '../../verdicts/recipients.ts';
import { behavioursOf } from './behaviours.ts';
import { bytesOf } from './bytes.ts';
import type { Cell } from '../cells.ts';
import type { PresenceChange } from './presence.ts';
import { presenceOf } from './presence.ts';
import type { Meaning } from './rank.ts';
import { ofBehaviour, ofBytes, ofEndpoint, ofField, ofRecipient, ofSwitch } from './rank.ts';
import type { Side } from '../side.ts';
import type { FoundChange } from '../shape.ts';
import { switchesOf } from './switches.ts';

/**
 * All that changed in what is said to whom, and on the screens, the weightiest first. What came or went together
 * stands together: a recipient with its endpoints, an endpoint with its fields.
 */
export function structureOf(
  a: Side,
  b: Side,
  cells: readonly Cell[],
): { changed: FoundChange[]; compared: number; dropped: number } {
  const presence = presenceOf(a, b, cells);
  const behaviours = behavioursOf(a, b);
  const bytes = bytesOf(a, b, cells);
  const switches = switchesOf(a, b);
  const fieldIn = finder(a, b);
  const changed = [
    ...folded(presence.changed).map(({ change, within }) => presentChange(change, within, fieldIn)),
    ...behaviours.changed.map((one): FoundChange => {
      const field = fieldIn(one.scenario, one.what, 'a');
      const { scenario, what, host, classA, classB } = one;
      return {
        kind: 'class',
        change: 'changed',
        scenario,
        what,
        host,
        recipientClass: classOf(host),
        under: [],
        classA,
        classB,
        a: one.a,
        b: one.b,
        with: [],
        ...ofBehaviour(one.couldA, one.couldB, field?.identifying === true),
      };
    }),
    ...bytes.changed.map(({ said, under, ...one }): FoundChange => ({
      ...one,
      kind: 'bytes',
      recipientClass: classOf(one.host),
      under: [...under],
      classA: null,
      classB: null,
      with: [said],
      ...ofBytes(classOf(one.host), one.change),
    })),
    ...switches.changed.map(({ said, ...one }): FoundChange => ({
      ...one,
      host: null,
      recipientClass: null,
      under: [],
      classA: null,
      classB: null,
      with: [said],
      ...ofSwitch(one),
    })),
  ];
  return {
    changed: changed.sort((x, y) => y.weight - x.weight || (x.what < y.what ? -1 : 1)),
    compared: presence.compared + behaviours.compared + bytes.compared,
    dropped: presence.dropped + behaviours.dropped + bytes.dropped + switches.dropped,
  };
}

type Finder = (scenario: string, what: string, side: 'a' | 'b') => Field | undefined;

function finder(a: Side, b: Side): Finder {
  const known = new Map<string, Field>();
  for (const [name, { blocks }] of [
    ['a', a],
    ['b', b],
  ] as const) {
    for (const { scenario, table } of blocks) {
      for (const field of table.fields)
        known.set(`${name} ${scenario} ${field.endpoint} ${field.field}`, field);
    }
  }
  return (scenario, what, side) => known.get(`${side} ${scenario} ${what}`);
}

interface Folded {
  readonly change: PresenceChange;
  readonly within: readonly PresenceChange[];
}

/** Puts what changed in the same way and under the same conditions beneath what contains it. */
function folded(changes: readonly PresenceChange[]): Folded[] {
  const keyOf = ({ scenario, change, under }: PresenceChange): string =>
    JSON.stringify([scenario, change, under]);
  const containers = new Map<string, PresenceChange>();
  for (const one of changes) {
    if (one.kind === 'recipient') containers.set(`${keyOf(one)} host ${one.host ?? ''}`, one);
    if (one.kind === 'endpoint') containers.set(`${keyOf(one)} endpoint ${one.what}`, one);
  }
  const containerOf = (one: PresenceChange): PresenceChange | undefined => {
    const host = containers.get(`${keyOf(one)} host ${one.host ?? ''}`);
    if (host !== undefined && host !== one) return host;
    return one.endpoint === null
      ? undefined
      : containers.get(`${keyOf(one)} endpoint ${one.endpoint}`);
  };
  const within = new Map<PresenceChange, PresenceChange[]>();
  for (const one of changes) {
    const container = containerOf(one);
    if (container) within.set(container, [...(within.get(container) ?? []), one]);
  }
  return changes
    .filter((one) => containerOf(one) === undefined)
    .map((change) => ({ change, within: within.get(change) ?? [] }));
}

function presentChange(
  one: PresenceChange,
  within: readonly PresenceChange[],
  fieldIn: Finder,
): FoundChange {
  const gone = one.change === 'vanished' || one.change === 'less often';
  const { kind, change, scenario, what, host, a, b } = one;
  const recipientClass = host === null ? null : classOf(host);
  const [before, after] = [fieldIn(scenario, what, 'a'), fieldIn(scenario, what, 'b')];
  const told = (inner: PresenceChange): { field: Field; label: string } | null => {
    const field = fieldIn(scenario, inner.what, gone ? 'a' : 'b');
    if (inner.kind !== 'field' || field === undefined) return null;
    return { field, label: `${field.field} (${inWords(field)})` };
  };
  const inside = within.flatMap((inner) => told(inner) ?? []);
  const meanings = [
    own(one, gone, fieldIn),
    ...inside.map(({ field }) => ofField(field, gone)),
  ].sort((x, y) => y.weight - x.weight);
  return {
    kind,
    change,
    scenario,
    what,
    host,
    recipientClass,
    under: one.under.map((cell) => ({ a: { ...cell.a }, b: { ...cell.b } })),
    classA: before && a.k > 0 ? inWords(before) : null,
    classB: after && b.k > 0 ? inWords(after) : null,
    a,
    b,
    with: [
      ...within.filter((inner) => inner.kind === 'endpoint').map((inner) => inner.what),
      ...inside
        .sort((x, y) => ofField(y.field, gone).weight - ofField(x.field, gone).weight)
        .map(({ label }) => label),
    ],
    ...(meanings[0] ?? { weight: 0, meaning: '' }),
  };
}

function own(one: PresenceChange, gone: boolean, fieldIn: Finder): Meaning {
  const whom = one.host === null ? 'unknown' : classOf(one.host);
  if (one.kind === 'recipient') return ofRecipient(whom, gone);
  if (one.kind === 'endpoint') return ofEndpoint(whom, gone);
  if (one.kind === 'caption')
    return {
      weight: 35,
      meaning: gone ? 'the screen no longer says so' : 'the screen says so now',
    };
  const field = fieldIn(one.scenario, one.what, gone ? 'a' : 'b');
  return field ? ofField(field, gone) : { weight: 10, meaning: 'one more detail' };
}
