/**
 * How much the same visit varies from trial to trial: what is left of these numbers, replicate by arm, once each
 * replicate's and each arm's level is taken out. NaN where too little is left.
 */
export function noiseOf(
  cells: readonly { readonly replicate: number; readonly arm: string; readonly value: number }[],
): number {
  const levels = (of: 'replicate' | 'arm'): Map<number | string, number> =>
    new Map(
      [...Map.groupBy(cells, (cell) => cell[of])].map(([key, own]) => [
        key,
        own.reduce((sum, { value }) => sum + value, 0) / own.length,
      ]),
    );
  const [replicates, arms] = [levels('replicate'), levels('arm')];
  const mean = cells.reduce((sum, { value }) => sum + value, 0) / cells.length;
  const left = cells.reduce((sum, { replicate, arm, value }) => {
    const rest = value - (replicates.get(replicate) ?? 0) - (arms.get(arm) ?? 0) + mean;
    return sum + rest ** 2;
  }, 0);
  const freedom = cells.length - replicates.size - arms.size + 1;
  return freedom > 0 ? Math.sqrt(left / freedom) : Number.NaN;
}
