import { boundsText } from './tree/node.ts';
import type { UiNode } from './tree/node.ts';

/**
 * The screen as uiautomator writes it: `<hierarchy>` with one element a node, named after its class. Page titles
 * and texts come from web pages, so everything is escaped, and what XML 1.0 cannot hold is left out.
 */
export function sourceOf(root: UiNode, display: { width: number; height: number }): string {
  const hierarchy = `<hierarchy index="0" class="hierarchy" rotation="0" width="${display.width}" height="${display.height}">`;
  return `<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n${hierarchy}\n${element(root, 0, 1)}</hierarchy>`;
}

/** A node's attributes as the automation server names them, all of them strings. */
export function attributesOf(node: UiNode): Map<string, string> {
  return new Map([
    ['package', node.package],
    ['class', node.className],
    ['text', node.password ? '•'.repeat(node.text.length) : node.text],
    ...(node.description === '' ? [] : ([['content-desc', node.description]] as const)),
    ...(node.resourceId === '' ? [] : ([['resource-id', node.resourceId]] as const)),
    ...(node.hint === '' ? [] : ([['hint', node.hint]] as const)),
    ['checkable', String(node.checkable)],
    ['checked', String(node.checked)],
    ['clickable', String(node.clickable)],
    ['enabled', String(node.enabled)],
    ['focusable', String(node.clickable)],
    ['focused', String(node.focused)],
    ['long-clickable', 'false'],
    ['password', String(node.password)],
    ['scrollable', String(node.scrollable)],
    ['selected', 'false'],
    ['bounds', boundsText(node.bounds)],
    ['displayed', 'true'],
  ]);
}

/** For XML 1.0 text and attribute values, whoever wrote them. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(NOT_IN_XML, '')
    .replaceAll(/[&<>"'\t\n\r]/gu, (letter) => `&#${letter.codePointAt(0) ?? 32};`);
}

const NOT_IN_XML = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/gu;

function element(node: UiNode, index: number, depth: number): string {
  const indent = '  '.repeat(depth);
  const attributes = [...attributesOf(node)]
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join('');
  const name = /^[A-Za-z][\w.]*$/u.test(node.className) ? node.className : 'android.view.View';
  const head = `${indent}<${name} index="${index}"${attributes}`;
  if (node.children.length === 0) return `${head} />\n`;
  const inside = node.children.map((child, at) => element(child, at, depth + 1)).join('');
  return `${head}>\n${inside}${indent}</${name}>\n`;
}
