import type { Leaves } from '../wrapping.ts';

/** One value that stands unchanged in a structure: [start, end) in the structure's bytes. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly label?: boolean;
}

/** Spans of a structure, in their order, as the tree wants them. */
export function leavesOf(spans: readonly Span[]): Leaves | null {
  if (spans.length === 0) return null;
  return {
    spans: spans.flatMap(({ start, end }) => [start, end]),
    names: () => spans.map(({ name }) => name),
    isLabel: (leaf) => spans[leaf]?.label === true,
  };
}
