/**
 * Adjusts p over several contrasts, each of which already holds its own family of hypotheses at bay (maxT). Holm's
 * step-down with families in the place of hypotheses: the multiplier is the number of contrasts that still have a
 * hypothesis standing. With one hypothesis a contrast this is Holm (1979) itself. Same shape out as in. `others` more
 * contrasts, whose p nobody knows here, stand to the end: no p among them could make one of these larger.
 */
export function stepDown(families: readonly (readonly number[])[], others = 0): number[][] {
  const adjusted = families.map((family) => family.map(() => 1));
  const ordered = families
    .flatMap((family, f) => family.map((p, h) => ({ p, f, h })))
    .sort((a, b) => a.p - b.p || a.f - b.f || a.h - b.h);
  const standing = families.map((family) => family.length);
  let before = 0;
  for (const { p, f, h } of ordered) {
    const active = others + standing.filter((left) => left > 0).length;
    before = Math.min(1, Math.max(before, active * p));
    const family = adjusted[f];
    if (family) family[h] = before;
    standing[f] = (standing[f] ?? 0) - 1;
  }
  return adjusted;
}
