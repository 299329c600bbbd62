/** Trials as they were shuffled, in order of time: the replicate of each, and the score of the label that it drew. */
export interface Design {
  readonly replicates: readonly number[];
  /** 1 and −1 for two arms; a dose in bytes. Within a replicate the trials exchange these among themselves. */
  readonly scores: readonly number[];
}

/** A design of pairs, whose trials stand one after the other: the first arm's, then the second's. */
export function paired(pairs: number): Design {
  const slots = Array.from({ length: 2 * pairs }, (_, slot) => slot);
  return {
    replicates: slots.map((slot) => slot >> 1),
    scores: slots.map((slot) => (slot % 2 === 0 ? 1 : -1)),
  };
}

/** One replicate: its trials, and every order in which they could have had their labels. */
export interface Stratum {
  readonly slots: readonly number[];
  /** Scores less their mean: the level of a replicate carries no weight. */
  readonly scores: readonly number[];
  /** Every different order of the scores. */
  readonly orders: readonly (readonly number[])[];
}

/** The replicates of a design. A `RangeError` for one with more orders than can be listed. */
export function strataOf({ replicates, scores }: Design): Stratum[] {
  return [...Map.groupBy(replicates.keys(), (slot) => replicates[slot]).values()].map((slots) => {
    const own = slots.map((slot) => scores[slot] ?? 0);
    const mean = own.reduce((sum, one) => sum + one, 0) / own.length;
    const centred = own.map((one) => one - mean);
    return { slots, scores: centred, orders: ordersOf(centred) };
  });
}

/** Whether the labels of a replicate, turned round, are labels that it could have had. */
export function isSymmetric({ scores }: Stratum): boolean {
  const [up, down] = [scores.toSorted((a, b) => a - b), scores.toSorted((a, b) => b - a)];
  return up.every((one, i) => Math.abs(one + (down[i] ?? 0)) < 1e-9);
}

/** Seven different labels in a replicate, or six against six. */
const MOST_ORDERS = 5_040;

function ordersOf(scores: readonly number[]): number[][] {
  let orders: number[][] = [[]];
  const left = new Map<number, number>();
  for (const score of scores) left.set(score, (left.get(score) ?? 0) + 1);
  for (let at = 0; at < scores.length; at++) {
    orders = orders.flatMap((order) =>
      [...left]
        .filter(([score, times]) => order.filter((one) => one === score).length < times)
        .map(([score]) => [...order, score]),
    );
    if (orders.length > MOST_ORDERS)
      throw new RangeError(`a replicate of ${scores.length} has over ${MOST_ORDERS} orders`);
  }
  return orders;
}
