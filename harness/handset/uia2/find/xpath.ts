import { createRequire } from 'node:module';
import { DOMParser, MIME_TYPE } from '@xmldom/xmldom';
import type { Node } from '@xmldom/xmldom';
import { z } from 'zod';
import { sourceOf } from '../../ui/source.ts';
import { flatten } from '../../ui/tree/node.ts';
import type { UiNode } from '../../ui/tree/node.ts';
import { Failure } from '../failure.ts';

/**
 * XPath over the same XML that a page source shows. Under an element, a relative path starts at that element.
 */
export function findByXpath(expression: string, root: UiNode, context: UiNode): UiNode[] {
  const document = new DOMParser().parseFromString(
    sourceOf(root, { width: root.bounds.right, height: root.bounds.bottom }),
    MIME_TYPE.XML_TEXT,
  );
  // Elements in document order are the tree in document order, after <hierarchy>.
  const elements: Node[] = [...document.getElementsByTagName('*')].slice(1);
  const nodes = flatten(root);
  const from =
    context === root ? document : elements[nodes.findIndex(({ key }) => key === context.key)];
  const found = from ? evaluate(expression, from) : [];
  return elements.flatMap((element, at) => {
    const node = nodes[at];
    return node && found.includes(element) ? [node] : [];
  });
}

function evaluate(expression: string, from: Node): unknown[] {
  if (depthOf(expression) > DEEPEST || expression.length > LONGEST)
    throw new Failure('invalid selector', 'The XPath would take longer than anybody waits');
  let found: unknown;
  try {
    found = select(expression, from, false);
  } catch (error) {
    throw new Failure('invalid selector', `'${expression}' is not a valid XPath: ${String(error)}`);
  }
  if (Array.isArray(found)) return found;
  throw new Failure('invalid selector', `'${expression}' does not select elements`);
}

/** Conditions within conditions: each looks through the whole screen for each node of the one around it. */
function depthOf(expression: string): number {
  let depth = 0;
  let deepest = 0;
  for (const sign of expression.replaceAll(/"[^"]*"|'[^']*'/gu, '')) {
    if (sign === '[' || sign === '(') depth++;
    else if (sign === ']' || sign === ')') depth--;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

const DEEPEST = 4;
const LONGEST = 10_000;

// The library's types are written for a browser's DOM and would bring it into the whole project.
const require = createRequire(import.meta.url);
const { select } = z
  .object({
    select: z.custom<(expression: string, from: Node, single: false) => unknown>(
      (value) => typeof value === 'function',
    ),
  })
  .parse(require('xpath'));
