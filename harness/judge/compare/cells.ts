import type { Condition } from '../../record/plan/plan.ts';
import type { Facts, Side } from './side.ts';
import { sameCondition } from '../verdicts/rows.ts';

/** A condition of one side and the one of the other side that it can be held against. */
export interface Cell {
  readonly scenario: string;
  readonly a: Condition;
  readonly b: Condition;
}

/**
 * Conditions that agree in every factor that both sides have. Where a version brought a switch, its old condition
 * stands against each level of the new one.
 */
export function cellsOf(a: Side, b: Side): Cell[] {
  const cells: Cell[] = [];
  for (const scenario of scenariosOf(a)) {
    const [ours, theirs] = [conditionsOf(a, scenario), conditionsOf(b, scenario)];
    for (const one of ours) {
      for (const other of theirs) if (agree(one, other)) cells.push({ scenario, a: one, b: other });
    }
  }
  return cells;
}

/** Blocks of a side that have a condition of a scenario. */
export function blocksIn({ blocks }: Side, scenario: string, condition: Condition): Facts[] {
  return blocks.filter(
    (facts) =>
      facts.scenario === scenario &&
      facts.block.conditions.some((one) => sameCondition(one, condition)),
  );
}

export function scenariosOf({ blocks }: Side): string[] {
  return [...new Set(blocks.map(({ scenario }) => scenario))].sort();
}

function conditionsOf({ blocks }: Side, scenario: string): Condition[] {
  const found: Condition[] = [];
  for (const { block, scenario: own } of blocks) {
    if (own !== scenario) continue;
    for (const condition of block.conditions)
      if (!found.some((one) => sameCondition(one, condition))) found.push(condition);
  }
  return found;
}

function agree(one: Condition, other: Condition): boolean {
  return Object.entries(one).every(([factor, level]) => (other[factor] ?? level) === level);
}
