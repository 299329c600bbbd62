import type { Condition } from '../../record/plan/plan.ts';
import { sameCondition } from '../verdicts/rows.ts';
import type { Verdict } from '../verdicts/shape.ts';
import { isApart, isChange, pooled } from './apart.ts';
import type { Cell } from './cells.ts';
import { blocksIn } from './cells.ts';
import type { Count, Facts, Side } from './side.ts';
import type { Answer, AnswerChange, FoundAnswer, Told } from './shape.ts';

/** What the answers of two sides differ in, and what of that cannot be told from chance. */
export interface Answers {
  readonly changed: readonly FoundAnswer[];
  /** Sighted on one side and not on the other, in counts that one rate may well give. */
  readonly undecided: readonly FoundAnswer[];
  readonly compared: number;
}

/** Holds every answer of one side against the same claim on the other. */
export function answersOf(a: Side, b: Side, cells: readonly Cell[]): Answers {
  const changed: FoundAnswer[] = [];
  const undecided: FoundAnswer[] = [];
  let compared = 0;
  for (const cell of cells) {
    const [ours, theirs] = [blocksIn(a, cell.scenario, cell.a), blocksIn(b, cell.scenario, cell.b)];
    const canaries = new Set(
      [...ours, ...theirs].flatMap(({ rows }) => rows.map(({ canary }) => canary)),
    );
    for (const canary of canaries) {
      for (const host of hostsOf([...ours, ...theirs], canary)) {
        const [one, other] = [told(ours, canary, host, cell.a), told(theirs, canary, host, cell.b)];
        if (one === null || other === null) continue;
        compared++;
        const change = changeOf(one, other);
        if (change === null) continue;
        const common = {
          scenario: cell.scenario,
          canary,
          host,
          underA: { ...cell.a },
          underB: { ...cell.b },
        };
        const row = { ...common, change, a: plain(one), b: plain(other) };
        const seen = one.answer === 'leaks' || other.answer === 'leaks';
        if (!seen) changed.push(row);
        else if (isChange(one, other) && one.isSteady && other.isSteady) changed.push(row);
        else if (change === 'began' || change === 'stopped') undecided.push(row);
      }
    }
  }
  return { changed, undecided, compared };
}

interface Pooled extends Told, Count {
  readonly isSteady: boolean;
}

/** Named recipients, or the row for all of them where nobody was told anything on either side. */
function hostsOf(blocks: readonly Facts[], canary: string): (string | null)[] {
  const named = new Set(
    blocks.flatMap(({ rows }) =>
      rows.flatMap((row) => (row.canary === canary && row.host !== null ? [row.host] : [])),
    ),
  );
  return named.size === 0 ? [null] : [...named].sort();
}

function told(
  blocks: readonly Facts[],
  canary: string,
  host: string | null,
  condition: Condition,
): Pooled | null {
  const rows = blocks.flatMap((facts) => {
    const own = facts.rows.filter(
      (row) => row.canary === canary && sameCondition(row.condition, condition),
    );
    const row =
      own.find((one) => one.host === host) ?? own.find((one) => one.host === null) ?? own[0];
    // Another recipient's row says how many trials there were, and nothing of this one.
    const is = row !== undefined && (row.host === host || row.host === null);
    return row === undefined ? [] : [{ facts, row, is }];
  });
  if (rows.length === 0) return null;
  const count = pooled(rows.map(({ row, is }) => ({ k: is ? row.seen : 0, n: row.sound })));
  const answers = rows.map(({ row, is }): Answer => (is ? row.answer : 'no sighting'));
  const [first] = rows;
  const leaking = rows.find(({ row, is }) => is && row.answer === 'leaks') ?? first;
  const evidence = leaking?.is === true ? leaking.row.evidence[0] : undefined;
  return {
    ...count,
    answer: answers.includes('leaks')
      ? 'leaks'
      : answers.includes('inconclusive')
        ? 'inconclusive'
        : (answers.find((one) => one === 'no sighting') ?? 'not seen'),
    seen: count.k,
    sound: count.n,
    void: rows.reduce((sum, { row }) => sum + row.void, 0),
    bound: rows.length === 1 ? (first?.row.bounds?.visits ?? null) : null,
    reasons: [...new Set(rows.flatMap(({ row, is }) => (is ? row.reasons : [])))],
    beside: (evidence?.alongside ?? []).map((one) => ({ ...one })),
    evidence: {
      run: leaking?.facts.run ?? '',
      ledgerHead: leaking?.facts.ledgerHead ?? '',
      trial: evidence?.trial ?? null,
      line: evidence?.line ?? null,
    },
    isSteady: rows.every(({ facts, row, is }) => !is || isSteady(facts, row)),
  };
}

function changeOf(one: Pooled, other: Pooled): AnswerChange['change'] | null {
  const [was, is] = [one.answer === 'leaks', other.answer === 'leaks'];
  if (was && is) {
    if (!isChange(one, other)) return null;
    return one.k * other.n < other.k * one.n ? 'more often' : 'less often';
  }
  if (was) return 'stopped';
  if (is) return 'began';
  // Where another recipient was told, silence at this one was not judged: that is no answer, and none that changed.
  const judged = [one, other].every(({ answer }) => answer !== 'no sighting');
  if (one.answer === other.answer || !judged) return null;
  return other.answer === 'inconclusive' ? 'no longer answered' : 'answered now';
}

/** Whether the halves of the row's own trials agree, and the A/A pair of its block raised no alarm about it. */
function isSteady({ contrasts }: Facts, { order, canary, host }: Verdict): boolean {
  const trials = [...order].filter((sign) => sign !== '×');
  const middle = Math.ceil(trials.length / 2);
  const count = (some: readonly string[]): Count => ({
    k: some.filter((sign) => sign === '●').length,
    n: some.length,
  });
  const alarm = contrasts.some(
    (one) =>
      one.role === 'control' &&
      one.canary === canary &&
      one.host === host &&
      one.p !== null &&
      one.p <= 0.05,
  );
  const odd = trials.filter((_, i) => i % 2 === 0);
  const even = trials.filter((_, i) => i % 2 === 1);
  return (
    !alarm &&
    !isApart(count(odd), count(even)) &&
    !isApart(count(trials.slice(0, middle)), count(trials.slice(middle)))
  );
}

function plain({
  answer,
  seen,
  sound,
  void: voids,
  bound,
  reasons,
  beside,
  evidence,
}: Pooled): Told {
  return { answer, seen, sound, void: voids, bound, reasons, beside, evidence };
}
