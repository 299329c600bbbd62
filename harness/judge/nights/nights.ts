import type { Block, DeclaredContrast, Plan } from '../../record/plan/plan.ts';
import { capitals, needed } from '../statistics/betting.ts';
import type { Contrast } from '../verdicts/contrasts/shape.ts';

/** One run as one night of a series: its plan, and what was judged of it; null where it was abandoned or never judged. */
export interface Night {
  readonly run: string;
  readonly plan: Pick<Plan, 'scenario' | 'blocks' | 'game' | 'canaries'>;
  readonly contrasts: readonly Contrast[] | null;
}

/** A series of nights with one question on one installation, and what a bet on it has become. */
export interface Series {
  readonly device: string;
  readonly browser: string;
  readonly canary: string;
  readonly factor: string;
  readonly levels: readonly [string, string];
  readonly game: NonNullable<Plan['game']>;
  /** 1 where the first arm showed more, −1 the second, 0 neither, or where the night says nothing. */
  readonly signs: readonly (-1 | 0 | 1)[];
  readonly capital: number;
  /** The most that the capital ever was: whoever had looked then could have stopped. */
  readonly most: number;
  readonly needed: number;
  readonly found: boolean;
  /** Nights without an answer: no bet is placed on them. */
  readonly silent: readonly string[];
}

/**
 * What all nights up to the last one say together, of each canary of its primary contrasts by sightings at anybody: an
 * e-process, so that looking every night costs nothing. A night of another ROM, version or game is of another series.
 */
export function seriesOf(nights: readonly Night[]): Series[] {
  const ordered = [...nights].sort((a, b) => (a.run < b.run ? -1 : 1));
  const last = ordered.at(-1);
  const game = last?.plan.game;
  if (!last || !game) return [];
  return last.plan.blocks.flatMap((block) => {
    const declared = primaryOf(block);
    if (!declared) return [];
    const key = keyOf(last, block, declared);
    const mine = ordered.flatMap((night) => {
      const same = night.plan.blocks.find((one) => {
        const theirs = primaryOf(one);
        return theirs !== undefined && keyOf(night, one, theirs) === key;
      });
      return same ? [night] : [];
    });
    return Object.keys(last.plan.canaries).map((canary): Series => {
      const told = mine.map(({ contrasts }) => rowOf(contrasts ?? [], block, declared, canary));
      const signs = told.map((row) => signOf(row?.difference ?? 0));
      const grown = capitals(signs, game);
      const most = Math.max(1, ...grown);
      const { device, browser } = block;
      const { factor, levels } = declared;
      return {
        ...{ device, browser, canary, factor, levels, game, signs, most },
        capital: grown.at(-1) ?? 1,
        needed: needed(game.family),
        found: most >= needed(game.family),
        silent: mine.flatMap(({ run }, n) => (told[n]?.difference == null ? [run] : [])),
      };
    });
  });
}

/** Arms that were shuffled within the night, by sightings. */
function primaryOf({ contrasts }: Block): DeclaredContrast | undefined {
  return contrasts.find(
    ({ role, primary, statistic }) => role === 'claim' && primary && statistic === 'presence',
  );
}

function keyOf(
  { plan }: Night,
  { device, browser, expected }: Block,
  of: DeclaredContrast,
): string {
  const { rom, appVersion } = expected;
  const installation = [device, browser, rom, appVersion];
  return JSON.stringify([plan.scenario, installation, of.arms, plan.game]);
}

function rowOf(
  contrasts: readonly Contrast[],
  { device, browser }: Block,
  { factor, levels }: DeclaredContrast,
  canary: string,
): Contrast | undefined {
  return contrasts.find(
    (row) =>
      row.device === device &&
      row.browser === browser &&
      row.canary === canary &&
      row.host === null &&
      row.measure === 'presence' &&
      row.primary &&
      row.factor === factor &&
      row.levels.join('\n') === levels.join('\n'),
  );
}

function signOf(difference: number): -1 | 0 | 1 {
  return difference > 0 ? 1 : difference < 0 ? -1 : 0;
}
