/** The word of a list that was probably meant (begun with this one, or spelt much like it), as a question to put behind "unknown …"; '' when none is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const begun = word.length < 3 ? undefined : known.find((one) => one.startsWith(word));
  if (begun !== undefined) return ` Did you mean "${begun}"?`;
  const near = known
    .map((one) => ({ one, away: distance(word.toLowerCase(), one.toLowerCase()) }))
    .filter(({ one, away }) => away <= Math.max(1, Math.floor(one.length / 3)))
    .toSorted((a, b) => a.away - b.away);
  return near[0] ? ` Did you mean "${near[0].one}"?` : '';
}

/** Levenshtein: how many letters are to be added, dropped or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (letter === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
