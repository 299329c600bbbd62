import { compare, haveCommonGround } from '../../judge/compare/compare.ts';
import { factsOf, runOf } from '../../judge/compare/facts.ts';
import type { Chosen, ChosenBlock } from '../../judge/compare/select.ts';
import { refuseUnlike } from '../../judge/compare/select.ts';
import type { Facts, Side } from '../../judge/compare/side.ts';
import { comparisonInWords } from '../../judge/words/comparison.ts';
import { Fault } from '../../lib/fault.ts';
import type { Archive } from '../../record/archive.ts';
import { openArchive } from '../../record/archive.ts';
import type { Request } from '../argv/request.ts';
import { chosen, resultsIn, whole } from './sides.ts';
import type { ExitCode } from '../exit-code.ts';
import { EXIT } from '../exit-code.ts';
import type { Output } from '../terminal.ts';
import { forTerminal, painter } from '../terminal.ts';

type Asked = Extract<Request, { command: 'compare' }>;

interface Given {
  readonly home: string;
  readonly output: Output;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** `npm run compare -- <A> <B>`: firmware against firmware, from the records alone; what was judged before is not trusted. */
export async function compareCommand(
  { a, b, json, failOn }: Asked,
  given: Given,
): Promise<ExitCode> {
  const { home, output, env, signal } = given;
  const results = await resultsIn(home, [a, b]);
  const [first, second] = [chosen(a, results), chosen(b, results)];
  refuseUnlike(first, second);
  const archives = opener();
  const [ours, theirs] = [await whole(first, archives), await whole(second, archives)];
  const judge = judgedOnce([ours.side, theirs.side], archives, signal);
  const [one, other] = [await sideOf(ours.side, judge), await sideOf(theirs.side, judge)];
  if (!haveCommonGround(one, other)) throw nothingInCommon(one, other);
  const leftOut = [
    ...ours.leftOut.map((sentence) => `A: ${sentence}`),
    ...theirs.leftOut.map((sentence) => `B: ${sentence}`),
    ...results.unread.map(({ run, fault }) => `${run} could not be read (${fault.code})`),
  ];
  const comparison = compare(one, other, first.kind, leftOut);
  if (json) output.write(`${JSON.stringify(comparison, null, 2)}\n`);
  else {
    const paint = painter(output, env);
    for (const { word, rest, colour } of comparisonInWords(comparison))
      output.write(
        `${colour === null ? forTerminal(word) : paint(colour, word)}${forTerminal(rest)}\n`,
      );
  }
  return failOn === 'change' && comparison.changed ? EXIT.failOn : EXIT.judged;
}

/** Each archive is opened once. */
function opener(): (block: Pick<ChosenBlock, 'folder'>) => Promise<Archive> {
  const open = new Map<string, Promise<Archive>>();
  return ({ folder }) => {
    const archive = open.get(folder) ?? openArchive(folder);
    open.set(folder, archive);
    return archive;
  };
}

/** Judges each run once, for all of its blocks that either side wants. */
function judgedOnce(
  sides: readonly Chosen[],
  archiveOf: ReturnType<typeof opener>,
  signal: AbortSignal,
): (folder: string) => Promise<Facts[]> {
  const judged = new Map<string, Promise<Facts[]>>();
  return (folder) => {
    signal.throwIfAborted();
    const wanted = sides.flatMap(({ blocks }) => blocks.filter((one) => one.folder === folder));
    const facts =
      judged.get(folder) ??
      archiveOf({ folder }).then(async (archive) =>
        factsOf(await runOf(archive), ({ device, browser }) =>
          wanted.some((one) => one.device === device && one.browser === browser),
        ),
      );
    judged.set(folder, facts);
    return facts;
  };
}

async function sideOf(
  { term, blocks }: Chosen,
  judged: (folder: string) => Promise<Facts[]>,
): Promise<Side> {
  const facts: Facts[] = [];
  for (const folder of new Set(blocks.map((block) => block.folder))) {
    const own = blocks.filter((block) => block.folder === folder);
    for (const one of await judged(folder))
      if (own.some(({ device, browser }) => device === one.device && browser === one.block.browser))
        facts.push(one);
  }
  return { term, blocks: facts };
}

function nothingInCommon(a: Side, b: Side): Fault {
  const of = ({ term, blocks }: Side): string =>
    `"${term}" has ${[...new Set(blocks.map(({ scenario, browser }) => `${scenario} with ${browser}`))].join(', ')}`;
  return new Fault(
    'different-scenarios',
    `the two sides have no scenario and browser in common: ${of(a)}; ${of(b)}`,
    'Compare runs of one scenario with one browser; run the missing one: npm run scenario <name> -- --device <device>',
  );
}
