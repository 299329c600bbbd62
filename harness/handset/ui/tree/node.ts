import type { AppAction } from '../actions.ts';
import type { AppNode } from '../app.ts';

/** One thing on the screen, in the words of Android's accessibility tree. Bounds are pixels of the display. */
export interface UiNode extends View {
  readonly bounds: Bounds;
  readonly children: readonly UiNode[];
}

/** A node before it has its place. */
export interface View {
  /** Stays the same while the node exists, whatever it shows: elements are found again by it. */
  readonly key: string;
  readonly className: string;
  readonly package: string;
  readonly resourceId: string;
  readonly text: string;
  readonly description: string;
  readonly hint: string;
  readonly icon: AppNode['icon'];
  readonly style: AppNode['style'];
  readonly direction: 'row' | 'column';
  readonly fill: boolean;
  readonly checkable: boolean;
  readonly checked: boolean;
  readonly clickable: boolean;
  readonly enabled: boolean;
  readonly editable: boolean;
  readonly focused: boolean;
  readonly password: boolean;
  readonly scrollable: boolean;
  readonly onTap: readonly AppAction[];
  readonly onEnter: readonly AppAction[];
  /** What a copied node stands for, for the templates of its actions. */
  readonly given: ReadonlyMap<string, string>;
  readonly children: readonly View[];
}

export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The node and all below it, in document order. */
export function flatten<Node extends { readonly children: readonly Node[] }>(node: Node): Node[] {
  return [node, ...node.children.flatMap((child) => flatten(child))];
}

/** What a finger touches: the nodes at a point, the deepest first, then what holds it. */
export function nodesAt(root: UiNode, x: number, y: number): UiNode[] {
  if (!contains(root.bounds, x, y)) return [];
  for (const child of root.children.toReversed()) {
    const hit = nodesAt(child, x, y);
    if (hit.length > 0) return [...hit, root];
  }
  return [root];
}

export function centre({ left, top, right, bottom }: Bounds): { x: number; y: number } {
  return { x: Math.floor((left + right) / 2), y: Math.floor((top + bottom) / 2) };
}

/** Bounds as Android writes them. */
export function boundsText({ left, top, right, bottom }: Bounds): string {
  return `[${left},${top}][${right},${bottom}]`;
}

/** Right and bottom edges belong to the neighbour. */
function contains({ left, top, right, bottom }: Bounds, x: number, y: number): boolean {
  return x >= left && x < right && y >= top && y < bottom;
}
