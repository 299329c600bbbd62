import type { Leaves } from '../wrapping.ts';

/** One value that stands unchanged in a structure: [start, end) in the structure's bytes. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly label?: boolean;
}

/** Spans of a structure, in their order, as the tree wants them. */
export function leavesOf(spans: readonly Span[]): readonly Leaves[] {
  if (spans.length === 0) return [];
  const leaves = {
    bytes: null,
    spans: spans.flatMap(({ start, end }) => [start, end]),
    nameOf: (leaf: number) => spans[leaf]?.name ?? '',
    isLabel: (leaf: number) => spans[leaf]?.label === true,
    placeOf: (leaf: number): readonly [number, number] => {
      const span = spans[leaf];
      return [span?.start ?? 0, span?.end ?? 0];
    },
  };
  return [leaves];
}
