import { showWithMocha } from '../../../harness/cli/show/mocha-view.ts';
import type { ShownOutcome } from '../../../harness/cli/show/show.ts';

// A program for mocha-view.test.ts: two devices side by side with outcomes made by hand, the second device ahead of
// the first, and claims at the very end. Its argument is the reporter.

const outcomes = {
  mint: [
    { kind: 'sound', ms: 3_200 },
    { kind: 'void', ms: 4_000, reason: 'beacon: not seen' },
    { kind: 'fault', ms: 5_000, reason: 'offline: <the phone> went away', advice: 'Plug it in.' },
  ],
  stock: [
    { kind: 'sound', ms: 100 },
    { kind: 'not run', reason: 'phone gone' },
  ],
} satisfies Record<string, ShownOutcome[]>;

const later = (turns: number): Promise<void> =>
  turns === 0 ? Promise.resolve() : new Promise<void>(setImmediate).then(() => later(turns - 1));

const suites = Object.entries(outcomes).map(([title, all], s) => ({
  title,
  trials: all.map((outcome, i) => ({
    place: `${i + 1}/${all.length}`,
    title: `arm ${i + 1}`,
    begun: later(1),
    outcome: later(20 * (i + 1) - 10 * s).then((): ShownOutcome => outcome),
  })),
}));
const claims = later(100).then(() => [
  { suite: 'mint', title: 'leaks: search words → sa.api.intl.miui.com' },
  { suite: 'stock', title: 'inconclusive: search words' },
  { suite: 'mint', title: 'not seen: page title\u001b[2J' },
]);
await showWithMocha({ suites, claims }, { reporter: process.argv[2] ?? null });
process.stdout.write('the show is over\n');
