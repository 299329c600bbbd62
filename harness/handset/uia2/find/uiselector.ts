import type { UiNode } from '../../ui/tree/node.ts';
import { Failure } from '../failure.ts';
import { matches } from './bounded.ts';
import type { Call, Chain, Value } from './java.ts';

/** Finds by a `new UiSelector()…` chain below `root`, in document order. */
export function findBySelector(chain: Chain, root: UiNode): UiNode[] {
  if (chain.name !== 'UiSelector' || chain.arguments.length > 0) {
    throw new Failure(
      'invalid selector',
      `Could not parse expression: ${chain.name} is not UiSelector`,
    );
  }
  const own = chain.calls.filter(({ name }) => !RELATIONS.has(name) && name !== 'instance');
  const instance = numberOf(chain.calls.find(({ name }) => name === 'instance')?.arguments[0]);
  const tests = own.map(testOf);
  const matching = placedNodes(root).filter((placed) => tests.every((test) => test(placed)));
  const chosen = instance === undefined ? matching : matching.slice(instance, instance + 1);
  const relation = chain.calls.find(({ name }) => RELATIONS.has(name));
  return relation === undefined ? chosen.map(({ node }) => node) : related(relation, chosen);
}

interface Placed {
  readonly node: UiNode;
  readonly parent: UiNode | undefined;
  /** Among its parent's children. */
  readonly index: number;
}

type Test = (placed: Placed) => boolean;

const RELATIONS = new Set(['childSelector', 'fromParent']);

/** As UiAutomator does, only the first match is looked into. */
function related({ name, arguments: [selector] }: Call, matching: readonly Placed[]): UiNode[] {
  const [first] = matching;
  const from = name === 'childSelector' ? first?.node : first?.parent;
  if (typeof selector !== 'object')
    throw new Failure('invalid selector', `${name} takes a UiSelector`);
  return from ? findBySelector(selector, from).filter((node) => node.key !== from.key) : [];
}

function placedNodes(root: UiNode): Placed[] {
  const below = (parent: UiNode): Placed[] =>
    parent.children.flatMap((node, index) => [{ node, parent, index }, ...below(node)]);
  return [{ node: root, parent: undefined, index: 0 }, ...below(root)];
}

function testOf({ name, arguments: [value] }: Call): Test {
  const reads = STRINGS.get(name.replace(/(Contains|StartsWith|Matches)$/u, ''));
  if (reads && typeof value === 'string') {
    const holds = comparison(name, value);
    return ({ node }) => holds(reads(node));
  }
  const flag = FLAGS.get(name);
  if (flag) {
    const wanted = value ?? true;
    return ({ node }) => flag(node) === wanted;
  }
  if (name === 'index' && typeof value === 'number') return ({ index }) => index === value;
  throw new Failure('invalid selector', `UiSelector has no ${name}(${typeof value})`);
}

/** UiAutomator ignores case in "contains" and "starts with", and nowhere else. */
function comparison(name: string, wanted: string): (text: string) => boolean {
  if (name.endsWith('Contains')) {
    return (text) => text.toLowerCase().includes(wanted.toLowerCase());
  }
  if (name.endsWith('StartsWith')) {
    return (text) => text.toLowerCase().startsWith(wanted.toLowerCase());
  }
  if (!name.endsWith('Matches')) return (text) => text === wanted;
  return patternOf(wanted);
}

/** A Java pattern must match the whole text; its inline flags become the expression's own. */
function patternOf(java: string): (text: string) => boolean {
  const [, flags = '', body = ''] = /^(?:\(\?([imsux]+)\))?(.*)$/su.exec(java) ?? [];
  return (text) => {
    const [matched] = matches(`^(?:${body})$`, `u${flags.replaceAll(/[ux]/gu, '')}`, [text]) ?? [];
    if (matched !== undefined) return matched;
    throw new Failure('invalid selector', `'${java}' is not a pattern, or takes too long`);
  };
}

function numberOf(value: Value | undefined): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

const STRINGS: ReadonlyMap<string, (node: UiNode) => string> = new Map([
  ['text', (node: UiNode) => node.text],
  ['resourceId', (node: UiNode) => node.resourceId],
  ['description', (node: UiNode) => node.description],
  ['className', (node: UiNode) => node.className],
  ['packageName', (node: UiNode) => node.package],
]);

const FLAGS: ReadonlyMap<string, (node: UiNode) => boolean> = new Map([
  ['checkable', (node: UiNode) => node.checkable],
  ['checked', (node: UiNode) => node.checked],
  ['clickable', (node: UiNode) => node.clickable],
  ['enabled', (node: UiNode) => node.enabled],
  ['focusable', (node: UiNode) => node.clickable],
  ['focused', (node: UiNode) => node.focused],
  ['longClickable', () => false],
  ['scrollable', (node: UiNode) => node.scrollable],
  ['selected', () => false],
]);
