import type { Behaviour } from './behaviour.ts';
import type { Rung } from './ladder.ts';
import { aheadAt, bitOf } from './ladder.ts';

/** How a field behaves. The last four are what the ladder names beside those of the method. */
export type FieldClass =
  | 'constant'
  | 'hardware'
  | 'per-install'
  | 'per-session'
  | 'per-request'
  | 'counter'
  | 'timestamp'
  | 'canary-bearing'
  | 'content'
  | 'per-boot'
  | 'per-account'
  | 'until factory reset'
  | 'by the clock';

/** What a field may be, by all that was seen of it: one class, or several that nothing has told apart yet. */
export interface Classed {
  readonly could: readonly FieldClass[];
  /** Its values were first said by a server: what it gives out, it can know again. */
  readonly echo: boolean;
  /** It is renewed after a time as well, or when the phone's clock is set on; null where neither was seen. */
  readonly renewed: Renewed | null;
  /** Values that could single out a phone by their shape. */
  readonly identifying: boolean;
  /** A value of it was in more than one request. Such fields speak against "new for each transmission". */
  readonly outlivesRequest: boolean;
}

type Renewed = 'after a time' | "by the phone's clock";

/** Classes whose values last longer than a request, and so can join what is sent at different times. */
const LASTING: ReadonlySet<FieldClass> = new Set<FieldClass>([
  'constant',
  'hardware',
  'per-install',
  'per-session',
  'per-boot',
  'per-account',
  'until factory reset',
  'by the clock',
]);

/**
 * Classes one behaviour by itself, as seen on one phone: what is constant there may be so everywhere. `named`: the field
 * has the name of an identifier, whatever its values look like.
 */
export function classed(behaviour: Behaviour, named = false): Classed {
  const sampled = [...behaviour.sample.all];
  const drawn = named || isDrawn(behaviour);
  const could = couldBe(behaviour, drawn);
  return {
    could: could.classes,
    renewed: could.renewed,
    echo: sampled.length > 0 && sampled.every(({ echoed }) => echoed),
    identifying: drawn,
    outlivesRequest: sampled.some(({ requests }) => requests > 1),
  };
}

/**
 * Holds a field that never changed on one phone against the same field of other phones: the same everywhere is a
 * constant, another identifier on each is the hardware's. What is short and differs may be the ROM's or a setting's.
 */
export function acrossPhones(
  own: Classed,
  phones: readonly { readonly device: string; readonly behaviour: Behaviour }[],
): Classed {
  if (!own.could.includes('hardware')) return own;
  const values = new Map<string, string>();
  for (const { device, behaviour } of phones) {
    const hashes = [...behaviour.sample.hashes];
    if (hashes.length !== 1 || values.has(device)) continue;
    values.set(device, String(hashes[0]));
  }
  if (values.size < 2) return own;
  const different = new Set(values.values()).size;
  if (different === 1) return { ...own, could: ['constant'] };
  if (different < values.size || !own.identifying) return own;
  return { ...own, could: own.could.filter((one) => one !== 'constant') };
}

/** An identifier that may be known again in a later request, for all that was seen of it. */
export function mayLast(field: Classed): boolean {
  return isLasting(field) || (field.identifying && field.could.some((one) => LASTING.has(one)));
}

/** One that was seen in several requests with the same value, whatever else it is. */
export function isLasting({ could, identifying, outlivesRequest }: Classed): boolean {
  return identifying && outlivesRequest && !could.some((one) => PASSING.has(one));
}

const PASSING: ReadonlySet<FieldClass> = new Set<FieldClass>([
  'timestamp',
  'counter',
  'canary-bearing',
]);

/** "per-install", "constant or hardware: undetermined", "echo of a server's value, per-session". */
export function inWords({
  could,
  echo,
  renewed,
}: Pick<Classed, 'could' | 'echo' | 'renewed'>): string {
  const said =
    could.length === 0
      ? 'undetermined'
      : could.length === 1
        ? (could[0] ?? '')
        : `${could[0] ?? ''} ${could.length === 2 ? 'or' : 'to'} ${could.at(-1) ?? ''}: undetermined`;
  return `${echo ? "echo of a server's value, " : ''}${said}${renewed === null ? '' : `, renewed ${renewed}`}`;
}

interface CouldBe {
  readonly classes: readonly FieldClass[];
  readonly renewed: Renewed | null;
}

function couldBe(behaviour: Behaviour, drawn: boolean): CouldBe {
  const only = (...classes: FieldClass[]): CouldBe => ({ classes, renewed: null });
  const { canaries, values, times, requests, up, down, largestStep, steps } = behaviour;
  if (canaries > 0) return only('canary-bearing');
  if (requests < 2) return only();
  const changed = [...steps.values()].reduce((sum, one) => sum + one.changed, 0);
  if (changed === 0) return only(...unchanged(behaviour));
  const varies = (mild: number): boolean =>
    [...steps].some(([mask, one]) => one.changed > 0 && (mask & ~mild) === 0);
  if (varies(MILD | bitOf('clock')) && times * 20 >= values * 19) return only('timestamp');
  if (varies(MILD) && behaviour.shape === 'number' && up >= 2 && down === 0 && largestStep <= 1_000)
    return only('counter');
  const fitting = explaining(behaviour, drawn);
  if (fitting.classes.length > 0) return fitting;
  return only(isFresh(behaviour, drawn) ? 'per-request' : 'content');
}

/** One value throughout: it may be anything that lives at least as long as what it was seen to outlive. */
function unchanged({ steps }: Behaviour): FieldClass[] {
  const outlived = [...steps].reduce((all, [mask, { same }]) => (same > 0 ? all | mask : all), 0);
  if (outlived & bitOf('data cleared')) return ['constant', 'hardware'];
  if (outlived & bitOf('app start')) return ['constant', 'hardware', 'per-install'];
  return ['constant', 'hardware', 'per-install', 'per-session'];
}

/** Rungs at which a value is replaced, by what such a field is called. */
const CALLED: readonly (readonly [Rung, FieldClass])[] = [
  ['request', 'per-request'],
  ['visit', 'content'],
  ['app start', 'per-session'],
  ['data cleared', 'per-install'],
  ['reboot', 'per-boot'],
  ['account change', 'per-account'],
  ['factory reset', 'until factory reset'],
  ['clock', 'by the clock'],
];

/**
 * The rungs that explain every change and every lack of one: whenever one of them was climbed the value was another,
 * and never else. Where two rungs were only ever climbed together, both stay possible.
 */
function explaining(behaviour: Behaviour, drawn: boolean): CouldBe {
  const { steps, sample } = behaviour;
  const outlived = [...sample.all].reduce((all, one) => all | one.outlived, 0);
  const explainedBy = (also: number, sometimes = 0): FieldClass[] =>
    CALLED.filter(([rung, called]) => {
      const mask = bitOf(rung) | also;
      if ((outlived & mask) !== 0 || (called === 'per-request' && !drawn)) return false;
      if (called === 'by the clock' && !isReadOff(sample)) return false;
      // A rung that nobody climbed would explain whatever the others leave.
      if (![...steps.keys()].some((between) => between & bitOf(rung))) return false;
      return [...steps].every(([between, { same, changed }]) => {
        if (between & mask) return same === 0;
        return changed === 0 || (between & sometimes) !== 0;
      });
    }).map(([, called]) => called);
  const plain = explainedBy(0);
  if (plain.length > 0) return { classes: plain, renewed: null };
  const aged = explainedBy(bitOf('a day'));
  if (aged.length > 0) return { classes: aged, renewed: 'after a time' };
  // What is kept for so many days is not renewed whenever the clock is set on, and not renewed again when it is put back.
  const clock = bitOf('clock');
  for (const also of [0, bitOf('a day')]) {
    const set = explainedBy(also, clock);
    if (set.length > 0) return { classes: set, renewed: "by the phone's clock" };
  }
  if ([...steps].every(([between, { changed }]) => changed === 0 || (between & clock) !== 0))
    return { classes: unchanged(behaviour), renewed: "by the phone's clock" };
  // A name that follows the account as well as the installation, as a login does.
  return { classes: explainedBy(bitOf('account change')), renewed: null };
}

/** Never two values at one reading of the clock: what was cleared with its being put back is renewed, and not read off it. */
function isReadOff({ all }: Behaviour['sample']): boolean {
  const readings = [...all].map(({ first }) => aheadAt(first));
  return new Set(readings).size === readings.length;
}

/** Every value that was followed was in one request only: random, and new each time. */
function isFresh(behaviour: Behaviour, drawn: boolean): boolean {
  return drawn && [...behaviour.sample.all].every(({ requests }) => requests === 1);
}

function isDrawn({ identifying, values }: Behaviour): boolean {
  return identifying * 10 >= values * 9;
}

/** What lies between two values of a field that nothing was done to. */
const MILD = bitOf('request') | bitOf('visit') | bitOf('a day');
