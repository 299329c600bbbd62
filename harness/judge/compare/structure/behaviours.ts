import type { FieldClass } from '../../fields/classes.ts';
import { inWords } from '../../fields/classes.ts';
import type { Field } from '../../fields/table.ts';
import { classOf } from '../../verdicts/recipients.ts';
import type { Facts, Side } from '../side.ts';
import { scenariosOf } from '../cells.ts';
import type { Where } from '../shape.ts';

/** A field that both sides send and whose values behave otherwise. */
export interface BehaviourChange {
  readonly scenario: string;
  readonly endpoint: string;
  readonly what: string;
  readonly host: string;
  readonly couldA: readonly FieldClass[];
  readonly couldB: readonly FieldClass[];
  readonly classA: string;
  readonly classB: string;
  readonly a: { readonly k: number; readonly n: number; readonly evidence: Where };
  readonly b: BehaviourChange['a'];
}

/**
 * Fields whose classes on the two sides exclude each other: what is undetermined on one of them is no change. The odd
 * and even replicates of each record must not exclude each other in the same way.
 */
export function behavioursOf(
  a: Side,
  b: Side,
): { changed: BehaviourChange[]; compared: number; dropped: number } {
  const changed: BehaviourChange[] = [];
  let [compared, dropped] = [0, 0];
  for (const scenario of scenariosOf(a)) {
    const [ours, theirs] = [fieldsOf(a, scenario), fieldsOf(b, scenario)];
    for (const [name, one] of ours) {
      const other = theirs.get(name);
      if (other === undefined) continue;
      compared++;
      const [couldA, couldB] = [common(one), common(other)];
      if (couldA === null || couldB === null) continue;
      if (couldA.some((each) => couldB.includes(each))) continue;
      if (![...one, ...other].every(({ field }) => agrees(field))) {
        dropped++;
        continue;
      }
      const [first, second] = [one[0], other[0]];
      if (!first || !second) continue;
      changed.push({
        scenario,
        endpoint: first.field.endpoint,
        what: `${first.field.endpoint} ${first.field.field}`,
        host: first.field.host,
        couldA,
        couldB,
        classA: inWords({ ...first.field, could: couldA }),
        classB: inWords({ ...second.field, could: couldB }),
        a: present(one),
        b: present(other),
      });
    }
  }
  return { changed, compared, dropped };
}

interface Own {
  readonly facts: Facts;
  readonly field: Field;
}

function fieldsOf({ blocks }: Side, scenario: string): ReadonlyMap<string, Own[]> {
  const fields = new Map<string, Own[]>();
  for (const facts of blocks) {
    if (facts.scenario !== scenario) continue;
    for (const field of facts.table.fields) {
      if (classOf(field.host) === 'page') continue;
      const name = `${field.endpoint} ${field.field}`;
      fields.set(name, [...(fields.get(name) ?? []), { facts, field }]);
    }
  }
  return fields;
}

/** The classes that all blocks of a side allow; null where one of them says nothing, or they exclude each other. */
function common(own: readonly Own[]): FieldClass[] | null {
  const [first, ...others] = own;
  const could =
    first?.field.could.filter((one) => others.every(({ field }) => field.could.includes(one))) ??
    [];
  return could.length === 0 ? null : could;
}

function agrees({ halves: [odd, even] }: Field): boolean {
  if (odd.could.length === 0 || even.could.length === 0) return false;
  return odd.could.some((one) => even.could.includes(one));
}

function present(own: readonly Own[]): BehaviourChange['a'] {
  const [first] = own;
  const place = first?.field.lines.findIndex((line) => line > 0) ?? -1;
  return {
    k: own.reduce((sum, { field }) => sum + field.lines.filter((line) => line > 0).length, 0),
    n: own.reduce((sum, { facts }) => sum + facts.table.trials.length, 0),
    evidence: {
      run: first?.facts.run ?? '',
      ledgerHead: first?.facts.ledgerHead ?? '',
      trial: first?.facts.table.trials[place]?.id ?? null,
      line: first?.field.lines[place] ?? null,
    },
  };
}
