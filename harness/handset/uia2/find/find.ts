import type { TouchScreen } from '../../ui/screen.ts';
import { flatten } from '../../ui/tree/node.ts';
import type { UiNode } from '../../ui/tree/node.ts';
import { Failure } from '../failure.ts';
import { parseJava } from './java.ts';
import type { Call, Chain } from './java.ts';
import { findBySelector } from './uiselector.ts';
import { findByXpath } from './xpath.ts';

/** What is looked for, in the words of the driver. */
export interface Locator {
  readonly strategy: string;
  readonly selector: string;
}

/** Finds nodes on the screen as it is now, below `context`, in document order. */
export function find(
  { strategy, selector }: Locator,
  screen: TouchScreen,
  context: UiNode = screen.root(),
): UiNode[] {
  if (strategy === 'xpath') return findByXpath(selector, screen.root(), context);
  if (strategy === '-android uiautomator') return findByJava(parseJava(selector), screen, context);
  const test = BY.get(strategy);
  if (!test)
    throw new Failure('invalid selector', `Locator strategy '${strategy}' is not supported`);
  const { package: front } = screen.foreground();
  return flatten(context).filter((node) => test(node, selector, front));
}

type Test = (node: UiNode, selector: string, front: string) => boolean;

const BY: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['id', (node, selector, front) => node.resourceId === fullId(selector, front)],
  ['accessibility id', (node, selector) => node.description === selector],
  ['class name', (node, selector) => node.className === selector],
]);

function fullId(selector: string, front: string): string {
  return /[:/]/u.test(selector) ? selector : `${front}:id/${selector}`;
}

function findByJava(chain: Chain, screen: TouchScreen, context: UiNode): UiNode[] {
  if (chain.name !== 'UiScrollable') return findBySelector(chain, context);
  const wanted = chain.calls.map(scrollTarget).find((target) => target !== undefined);
  if (!wanted) {
    throw new Failure(
      'invalid selector',
      'UiScrollable is known with scrollIntoView(UiSelector) only',
    );
  }
  return findScrolling(() => findBySelector(wanted, screen.root()), screen);
}

function scrollTarget({ name, arguments: [wanted] }: Call): Chain | undefined {
  if (name === 'scrollIntoView' && typeof wanted === 'object') return wanted;
  if (name !== 'scrollTextIntoView' || wanted === undefined) return undefined;
  return { name: 'UiSelector', arguments: [], calls: [{ name: 'text', arguments: [wanted] }] };
}

/** From the top of the content to its end, until something is found. */
export function findScrolling(look: () => UiNode[], screen: TouchScreen, most = 30): UiNode[] {
  const page = screen.display.height / 2;
  const already = look();
  if (already.length > 0) return already;
  for (let times = 0; times < most && screen.scroll(-page); times += 1);
  for (let times = 0; times < most; times += 1) {
    const found = look();
    if (found.length > 0 || !screen.scroll(page)) return found.length > 0 ? found : look();
  }
  return [];
}
