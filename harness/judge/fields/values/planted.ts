import type { TrialRecord } from '../../../record/trial.ts';

/** Tells whether a part of a path holds a canary of this trial, or of its controls, as text in any spelling of case. */
export function isPlantedIn(trial: TrialRecord): (part: string) => boolean {
  const known = PLANTED.get(trial);
  if (known !== undefined) return known;
  const needles = [...trial.canaries, trial.beacon, ...trial.decoys]
    .flatMap(({ value }) => [value, ...value.split('/')])
    .map(plain)
    .filter(({ length }) => length >= SHORTEST);
  const isPlanted = (part: string): boolean => {
    if (part.length < SHORTEST) return false;
    const text = plain(part);
    return needles.some(
      (needle) => text.includes(needle) || (text.length >= SHORTEST && needle.includes(text)),
    );
  };
  PLANTED.set(trial, isPlanted);
  return isPlanted;
}

const PLANTED = new WeakMap<TrialRecord, (part: string) => boolean>();
/** Twelve letters of ours are nobody's word; shorter ones may be. */
const SHORTEST = 12;

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/%[0-9a-f]{2}|[^\p{L}\p{N}]/gu, '');
}
