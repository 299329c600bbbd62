import { MOLDS } from '../../../canary.ts';
import { rehearse } from '../../../gather/errands/rehearse.ts';
import { PHONE_FACTORS } from '../../../gather/errands/factors.ts';
import { profiles } from '../../../gather/browsers/profiles.ts';
import { desktopProfiles } from '../../../gather/desktop/profiles.ts';
import { messageOf } from '../../../lib/fault.ts';
import type { Scenario } from '../../../scenario.ts';
import { RECIPIENT_CLASSES } from '../../../scenario.ts';
import { didYouMean } from '../../argv/nearest.ts';

/**
 * The first thing by which a scenario could not be run, or would not mean what it says, in words; null when there is
 * none. The compiler says the same of most of it, and is not asked on the way to a run.
 */
export async function amissIn(scenario: Scenario, name: string): Promise<string | null> {
  for (const look of LOOKS) {
    const found = look(scenario, name);
    if (found !== null) return found;
  }
  try {
    const { unplanted, hasten } = await rehearse(scenario);
    if (hasten) return 'its steps do not wait for their hands: write "await" before each of them';
    const [never] = unplanted;
    return never === undefined
      ? null
      : `its steps never plant "${never}": nobody could be told of it, and its silence would say nothing`;
  } catch (error) {
    return `its steps fail: ${messageOf(error)}`;
  }
}

/** Whatever can be set anywhere; a device that lacks one of them drops it, and its plan says so. */
const FACTORS: readonly string[] = [
  ...new Set(
    [
      ...PHONE_FACTORS,
      ...[...profiles.values()].flatMap(({ factors }) => factors),
      ...[...desktopProfiles.values()].flatMap(({ factors }) => factors),
    ].map(({ name }) => name),
  ),
];

type Look = (scenario: Scenario, name: string) => string | null;

const LOOKS: readonly Look[] = [
  (scenario, name) =>
    scenario.name === name
      ? null
      : `its name is "${scenario.name}", and the name of its file is "${name}"`,
  ({ question }) => (question.trim() === '' ? 'it asks no question' : null),
  ({ claims }) =>
    Array.isArray(claims) && claims.length > 0
      ? null
      : 'its claims are no list with a sentence in it: cite whose sentence it tests, or that nobody said so',
  ({ canaries }) =>
    first(Object.entries(canaries), ([canary, mold]) =>
      unknown(mold, MOLDS, `the mold of "${canary}"`),
    ),
  ({ canaries, mayReach }) =>
    first(Object.keys(canaries), (canary) =>
      canary in mayReach ? null : `mayReach does not say who may see "${canary}" (nobody: [])`,
    ),
  ({ canaries, mayReach, titles, captions }) => {
    const named = [...Object.keys(mayReach), ...[...titles, ...captions].flat()];
    return first(named, (one) => unknown(one, Object.keys(canaries), 'a canary'));
  },
  ({ factors }) =>
    first([...factors], ([factor, levels]) =>
      new Set(levels).size > 1 ? null : `the factor "${factor}" has not two different levels`,
    ),
  ({ factors }) =>
    first([...factors.keys()], (factor) =>
      unknown(factor, FACTORS, 'a factor of any phone or browser that we know'),
    ),
  ({ recipientClasses }) =>
    first(recipientClasses, (one) => unknown(one, RECIPIENT_CLASSES, 'a class of recipients')),
  ({ factors, contrasts, leavesOut }) => {
    const conditions = [
      ...contrasts.flatMap(({ factor, levels, held }) => [
        ...levels.map((level): [string, string] => [factor, level]),
        ...Object.entries(held),
      ]),
      ...leavesOut.flatMap(({ condition }) => Object.entries(condition)),
    ];
    return first(conditions, ([factor, level]) => {
      const levels = factors.get(factor);
      return levels === undefined
        ? unknown(factor, [...factors.keys()], 'a factor')
        : unknown(level, levels, `a level of "${factor}"`);
    });
  },
  ({ factors, contrasts }) => {
    const [factor] = factors.keys();
    return factor === undefined || contrasts.length > 0
      ? null
      : `it varies "${factor}" and compares nothing: write a contrast, or leave the factor out`;
  },
  ({ followUpMs }) =>
    followUpMs > 0
      ? null
      : 'followUpSeconds has to be more than 0: what is sent late is to be seen',
];

function first<T>(all: readonly T[], look: (one: T) => string | null): string | null {
  for (const one of all) {
    const found = look(one);
    if (found !== null) return found;
  }
  return null;
}

function unknown(word: string, known: readonly string[], what: string): string | null {
  if (known.includes(word)) return null;
  return `"${word}" is not ${what}: ${known.map((one) => `"${one}"`).join(', ') || 'there is none'}.${didYouMean(word, known)}`;
}
