import { z } from 'zod';
import { attributesOf } from '../../ui/source.ts';
import { centre, flatten } from '../../ui/tree/node.ts';
import type { UiNode } from '../../ui/tree/node.ts';
import { nodeOf, read } from '../body.ts';
import { Failure } from '../failure.ts';
import { find } from '../find/find.ts';
import { get, post } from '../route.ts';
import type { Call, Route } from '../route.ts';

/** Finding elements, reading them and acting on them. */
export const elementRoutes: readonly Route[] = [
  post('element', (call) => {
    const [first] = findAll(call);
    if (first) return call.session.elements.reference(first);
    throw new Failure(
      'no such element',
      'An element could not be located on the page using the given search parameters',
    );
  }),
  post('elements', (call) => findAll(call).map((node) => call.session.elements.reference(node))),
  get('element/active', (call) => {
    const node = flatten(call.screen.root()).find(({ focused }) => focused);
    if (node) return call.session.elements.reference(node);
    throw new Failure('no such element', 'No element has the focus');
  }),
  post('element/:id/click', (call) => {
    const { x, y } = centre(nodeOf(call).bounds);
    call.screen.tap(x, y);
    return null;
  }),
  post('element/:id/clear', (call) => {
    const node = focus(call);
    call.screen.erase([...node.text].length);
    return null;
  }),
  post('element/:id/value', (call) => {
    const { text, value, replace } = read(typedSchema, call);
    const node = focus(call);
    if (replace) call.screen.erase([...node.text].length);
    call.screen.type(withEnter(text ?? value?.join('') ?? ''));
    return null;
  }),
  get('element/:id/text', (call) => nodeOf(call).text),
  get('element/:id/name', (call) => nodeOf(call).description),
  get('element/:id/rect', (call) => ({ ...location(nodeOf(call)), ...size(nodeOf(call)) })),
  get('element/:id/location', (call) => location(nodeOf(call))),
  get('element/:id/size', (call) => size(nodeOf(call))),
  get('element/:id/attribute/:name', (call) => attribute(nodeOf(call), call.parameter('name'))),
  get('element/:id/screenshot', async (call) =>
    (await call.screen.picture(nodeOf(call).bounds)).toString('base64'),
  ),
];

const locatorSchema = z.object({
  strategy: z.string(),
  selector: z.string(),
  context: z.string().optional(),
});

const typedSchema = z.object({
  text: z.string().optional(),
  value: z.array(z.string()).optional(),
  replace: z.boolean().default(false),
});

function findAll(call: Call): UiNode[] {
  const { context = '', ...locator } = read(locatorSchema, call);
  if (context === '') return find(locator, call.screen);
  const below = call.session.elements.resolve(context, call.screen.root());
  return find(locator, call.screen, below).filter(({ key }) => key !== below.key);
}

/** The field that text goes to gets the focus first, as when a finger touches it. */
function focus(call: Call): UiNode {
  const node = nodeOf(call);
  if (!node.editable || !node.enabled) {
    throw new Failure(
      'invalid element state',
      `Cannot set the element to '${node.text}'. Did you interact with the correct element?`,
    );
  }
  if (!node.focused) {
    const { x, y } = centre(node.bounds);
    call.screen.tap(x, y);
  }
  return nodeOf(call);
}

/** The Enter key reaches the server as a line break, as its two-letter escape, or as WebDriver's own key. */
export function withEnter(text: string): string {
  return text.replace(/\\n$/u, '\n').replaceAll(/[\uE006\uE007]/gu, '\n');
}

function location({ bounds: { left, top } }: UiNode): { x: number; y: number } {
  return { x: left, y: top };
}

function size({ bounds: { left, top, right, bottom } }: UiNode): { width: number; height: number } {
  return { width: right - left, height: bottom - top };
}

function attribute(node: UiNode, name: string): string | null {
  if (name === 'name') return node.description === '' ? node.text : node.description;
  const attributes = attributesOf(node);
  const known = SPELLINGS.get(name) ?? name;
  if (attributes.has(known)) return attributes.get(known) ?? null;
  if (OFTEN_UNSET.has(known)) return null;
  throw new Failure('invalid argument', `'${name}' attribute is unknown for the element`);
}

const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['className', 'class'],
  ['contentDescription', 'content-desc'],
  ['resourceId', 'resource-id'],
  ['longClickable', 'long-clickable'],
]);

const OFTEN_UNSET = new Set(['content-desc', 'resource-id', 'hint']);
