import type { Clock } from '../../../lib/clock.ts';
import type { Fault, FaultName, FaultNamed, ScheduledFault } from './fault.ts';

/** What is wrong with the phone now; whoever it concerns looks here, or is told when it begins and ends. */
export class Faults {
  readonly #active = new Map<FaultName, Fault>();
  readonly #watchers = new Set<(fault: Fault, begins: boolean) => void>();
  /** Where a second fault of a name takes over, the end of the first must not end it. */
  readonly #turns = new Map<FaultName, number>();

  is<Name extends FaultName>(name: Name): FaultNamed<Name> | undefined {
    const fault = this.#active.get(name);
    return fault && isNamed(fault, name) ? fault : undefined;
  }

  active(): readonly Fault[] {
    return [...this.#active.values()];
  }

  /** `forMs` of `clock`'s time, else until it is mended; what is over at once lasts only where `forMs` is given. */
  begin(fault: Fault, { forMs, clock }: { forMs?: number | undefined; clock?: Clock } = {}): void {
    const turn = (this.#turns.get(fault.fault) ?? 0) + 1;
    this.#turns.set(fault.fault, turn);
    this.mend(fault.fault);
    this.#active.set(fault.fault, fault);
    this.#tell(fault, true);
    if (forMs === undefined) {
      if (OVER_AT_ONCE.has(fault.fault)) this.mend(fault.fault);
      return;
    }
    void clock?.wait(forMs).then(() => {
      if (this.#turns.get(fault.fault) === turn) this.mend(fault.fault);
    });
  }

  mend(name: FaultName): void {
    const fault = this.#active.get(name);
    this.#active.delete(name);
    if (fault) this.#tell(fault, false);
  }

  watch(watcher: (fault: Fault, begins: boolean) => void): void {
    this.#watchers.add(watcher);
  }

  #tell(fault: Fault, begins: boolean): void {
    for (const watcher of this.#watchers) watcher(fault, begins);
  }
}

const OVER_AT_ONCE: ReadonlySet<FaultName> = new Set([
  'reverse-lost',
  'instrumentation-crash',
  'dialog',
  'drop',
]);

function isNamed<Name extends FaultName>(fault: Fault, name: Name): fault is FaultNamed<Name> {
  return fault.fault === name;
}

/** Carries out a ROM profile's schedule from now on, until the signal ends it. Never rejects. */
export function schedule(
  planned: readonly ScheduledFault[],
  faults: Faults,
  clock: Clock,
  signal: AbortSignal,
): void {
  for (const one of planned) void carryOut(one, faults, clock, signal);
}

async function carryOut(
  { what, atMs, forMs, everyMs }: ScheduledFault,
  faults: Faults,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  try {
    await clock.wait(atMs, signal);
    for (;;) {
      faults.begin(what, { forMs, clock });
      if (everyMs === undefined) return;
      await clock.wait(everyMs, signal);
    }
  } catch {
    // The handset has ended.
  }
}
