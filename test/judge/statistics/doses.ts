/** Three replicates of four doses in the order in which NumPy's default_rng(7) shuffled them. */
export const DOSES = {
  replicates: [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3],
  scores: [0, 256, 64, 1024, 1024, 64, 256, 0, 0, 1024, 64, 256],
};

/** 4/3 of the dose, a drift and noise of 300 bytes. */
export const BYTES = [503, 1209, 1387, 2168, 2179, 1282, 1548, 1182, 921, 2607, 1594, 1288];

/** Noise of 80 bytes alone. */
export const NOISE = [463, 348, 397, 353, 481, 399, 522, 513, 485, 299, 457, 496];

/** Poisson counts, three a trial. */
export const COUNTS = [3, 2, 1, 2, 5, 5, 2, 6, 2, 1, 3, 6];
