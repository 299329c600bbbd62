import type { UiNode } from '../../../harness/handset/ui/tree/node.ts';
import { centre, flatten } from '../../../harness/handset/ui/tree/node.ts';
import type { Bench } from './by-hand.ts';

/** One thing done on a screen: a tap on what is called so, or words typed into it and entered. */
export interface Step {
  readonly called: string;
  readonly typed?: string;
}

/**
 * The shortest way to each screen of an app from its first one, found by trying everything that can be tapped or
 * entered, from data cleared each time. A page that is opened is `page`.
 */
export async function waysThrough(
  bench: Bench,
  packageName: string,
  page: string,
): Promise<ReadonlyMap<string, readonly Step[]>> {
  const ways = new Map<string, readonly Step[]>();
  const seen = new Set<string>();
  const queue: (readonly Step[])[] = [[]];
  for (let way = queue.shift(); way; way = queue.shift()) {
    await follow(bench, packageName, way);
    const screen = screenOf(bench, packageName);
    // A menu over a page offers more than one over nothing.
    const kind = `${screen} ${bench.told.of('page-finished').length > 0}`;
    if (screen === undefined || seen.has(kind)) continue;
    seen.add(kind);
    if (!ways.has(screen)) ways.set(screen, way);
    for (const step of stepsOn(flatten(bench.screen.root()), page)) queue.push([...way, step]);
  }
  return ways;
}

export async function follow(
  bench: Bench,
  packageName: string,
  way: readonly Step[],
): Promise<void> {
  bench.screen.key(3);
  bench.screen.clear(packageName);
  bench.told.stimuli.length = 0;
  bench.screen.launch(packageName);
  for (const { called, typed } of way) {
    const node = flatten(bench.screen.root()).find(
      (one) => one.clickable && nameOf(one) === called,
    );
    // A question of another app, or the home screen, is no part of this one.
    if (!node || bench.screen.foreground().package !== packageName) return;
    const { x, y } = centre(node.bounds);
    bench.screen.tap(x, y);
    if (typed !== undefined) bench.screen.type(`${typed}\n`);
    await new Promise(setImmediate);
  }
}

function screenOf(bench: Bench, packageName: string): string | undefined {
  if (bench.screen.foreground().package !== packageName) return undefined;
  return bench.told.of('screen-opened').findLast((told) => told.package === packageName)?.values[
    'screen'
  ];
}

function stepsOn(nodes: readonly UiNode[], page: string): Step[] {
  return nodes.flatMap((node): Step[] => {
    if (node.editable && node.onEnter.length > 0) return [{ called: nameOf(node), typed: page }];
    return node.onTap.length > 0 && nameOf(node) !== '' ? [{ called: nameOf(node) }] : [];
  });
}

/** What a node goes by: its words, else those inside it, else its id. */
export function nameOf(node: UiNode): string {
  const words = flatten(node).map(({ text, description }) => (text === '' ? description : text));
  return words.find((word) => word !== '') ?? node.resourceId.replace(/^.*\//u, '');
}
