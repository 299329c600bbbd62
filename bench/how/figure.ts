/**
 * One thing to be measured. `bench/<name>.bench.ts` exports it as `bench`, and `npm run bench -- <name>` repeats it;
 * nothing else has to be told of it.
 */
export interface Bench {
  /** What is measured, as the heading of its table. */
  readonly about: string;
  /** True: it runs only when it is named, since it takes minutes or loads the machine for long. */
  readonly long: boolean;
  /** Whole numbers that can be set on the command line (`--trials 100`), each with what it is unless told. */
  readonly options: Readonly<Record<string, number>>;
  measure(given: Given): Promise<readonly Figure[]>;
}

export interface Given {
  /** The checkout. */
  readonly root: string;
  /** A folder of its own, gone afterwards. */
  readonly workDir: string;
  /** The value of one of the bench's options. */
  option(name: string): number;
  /** Lab notes while it runs, on stderr. */
  say(line: string): void;
}

/** One line of the table: all that was measured of one thing. */
export interface Figure {
  readonly what: string;
  /** `ms`, `MB`, `trials/h`, `×` … */
  readonly unit: string;
  /** One a repetition, in the order of measuring; the median is quoted, and the range beside it. */
  readonly values: readonly number[];
  readonly target?: Target;
  /** How it was measured, where the name does not say. */
  readonly note?: string;
}

export type Target = { readonly atMost: number } | { readonly atLeast: number };

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

export function meets(target: Target, value: number): boolean {
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
}
