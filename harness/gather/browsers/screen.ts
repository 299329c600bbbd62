import { Parser } from 'htmlparser2';
import type { Mark } from './profile.ts';

/** What a phone shows at one moment, read in one call: everything that is asked of it is asked of the same moment. */
export class Screen {
  /** As the phone told it. */
  readonly xml: string;
  readonly #nodes: readonly ScreenNode[];
  readonly #package: string;

  /** `packageName` is whose ids a mark without a colon means. */
  constructor(xml: string, packageName: string) {
    this.xml = xml;
    this.#nodes = nodesOf(xml);
    this.#package = packageName;
  }

  /** The first candidate that is shown. */
  look(candidates: readonly Mark[]): Shown | null {
    for (const mark of candidates) {
      const node = this.#nodes.find((one) => this.#fits(one, mark));
      if (node) return { mark, ...said(node) };
    }
    return null;
  }

  sees(candidates: readonly Mark[]): boolean {
    return this.look(candidates) !== null;
  }

  /** All texts shown, in the order of the tree. */
  texts(): string[] {
    return this.#nodes.map((node) => attribute(node, 'text')).filter((text) => text !== '');
  }

  /**
   * The row under one of these captions: the smallest part of the screen that holds the caption and something to
   * check. It must hold one such thing and one title: the next row's switch is never taken for this one's.
   */
  row(captions: readonly string[]): Row | null {
    for (const caption of captions) {
      for (const node of this.#nodes) {
        if (attribute(node, 'text') !== caption) continue;
        const inside = family(smallestWith(node, isCheckable));
        const [switched, ...others] = inside.filter(isCheckable);
        if (!switched || others.length > 0 || inside.filter(isTitle).length > 1) continue;
        const words = inside.map((one) => attribute(one, 'text')).filter((text) => text !== '');
        return { caption, checked: said(switched).checked, words };
      }
    }
    return null;
  }

  #fits(node: ScreenNode, mark: Mark): boolean {
    if ('text' in mark) return attribute(node, 'text') === mark.text;
    if ('description' in mark) return attribute(node, 'content-desc') === mark.description;
    return attribute(node, 'resource-id') === qualified(mark.id, this.#package);
  }
}

/** One thing on the screen, and the mark it was known by. */
export interface Shown {
  readonly mark: Mark;
  readonly text: string;
  readonly description: string;
  readonly checked: boolean;
}

export interface Row {
  readonly caption: string;
  readonly checked: boolean;
  /** All that is written in the row. */
  readonly words: readonly string[];
}

/** `url` of com.example is `com.example:id/url`; an id with a colon is whole. */
export function qualified(id: string, packageName: string): string {
  return id.includes(':') ? id : `${packageName}:id/${id}`;
}

interface ScreenNode {
  readonly parent: ScreenNode | null;
  readonly children: ScreenNode[];
  readonly attributes: ReadonlyMap<string, string>;
}

/** More than any screen that people can use; a web page in it may be made to have more. */
const MOST_NODES = 50_000;

/** In the order of the tree. The parser takes whatever comes: a page's words are in it. */
function nodesOf(xml: string): ScreenNode[] {
  const nodes: ScreenNode[] = [];
  let parent: ScreenNode | null = null;
  const parser = new Parser(
    {
      onopentag: (_, attributes) => {
        const node: ScreenNode = {
          parent,
          children: [],
          attributes: new Map(Object.entries(attributes)),
        };
        parent?.children.push(node);
        parent = node;
        if (nodes.length < MOST_NODES) nodes.push(node);
      },
      onclosetag: () => {
        parent = parent?.parent ?? null;
      },
    },
    { xmlMode: true },
  );
  parser.end(xml);
  return nodes;
}

function attribute(node: ScreenNode, name: string): string {
  return node.attributes.get(name) ?? '';
}

function said(node: ScreenNode): Omit<Shown, 'mark'> {
  return {
    text: attribute(node, 'text'),
    description: attribute(node, 'content-desc'),
    checked: attribute(node, 'checked') === 'true',
  };
}

function isCheckable(node: ScreenNode): boolean {
  return attribute(node, 'checkable') === 'true';
}

function isTitle(node: ScreenNode): boolean {
  return attribute(node, 'resource-id') === 'android:id/title';
}

/** The node itself or the nearest one above it that holds such a thing; null where none does. */
function smallestWith(from: ScreenNode, holds: (node: ScreenNode) => boolean): ScreenNode | null {
  let node: ScreenNode | null = from;
  while (node && !family(node).some(holds)) node = node.parent;
  return node;
}

/** A node and all below it, in the order of the tree. */
function family(node: ScreenNode | null): ScreenNode[] {
  return node ? [node, ...node.children.flatMap(family)] : [];
}
