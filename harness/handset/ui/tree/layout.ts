import type { Bounds, UiNode, View } from './node.ts';
import { measure, rowWidths, shareOut } from './measure.ts';

/** The glass: pixels, and how many of them make one density-independent pixel (density / 160). */
export interface Display {
  readonly width: number;
  readonly height: number;
  readonly density: number;
}

/** A whole screen with every node in its place. `scrollRange` is how far its content can move, in pixels. */
export interface Layout {
  readonly root: UiNode;
  readonly scrollRange: number;
}

/** Status bar above and navigation bar below an app's window, in dp: the system draws there. */
export const BARS = { top: 24, bottom: 48 };

/**
 * Puts an app's views below one another between the system's bars. What does not fit can be scrolled to; what is
 * scrolled away is not in the tree, as Android leaves out what cannot be seen.
 */
export function layOut(
  views: readonly View[],
  display: Display,
  owner: { readonly package: string; readonly key: string },
  scrolled = 0,
): Layout {
  const scale = display.density / 160;
  const width = display.width / scale;
  const room = display.height / scale - BARS.top - BARS.bottom;
  const heights = shareOut(views, room, (view) => measure(view, width));
  const scrollRange = Math.max(0, Math.ceil((sum(heights) - room) * scale));
  const scroll = Math.min(Math.max(0, scrolled), scrollRange) / scale;
  const area = { left: 0, top: BARS.top, right: width, bottom: BARS.top + room };

  let top = BARS.top - scroll;
  const children = views.flatMap((view, at) => {
    const bottom = top + (heights[at] ?? 0);
    const placed = place(view, { left: 0, top, right: width, bottom });
    top = bottom;
    return clip(placed, area);
  });
  const frame = { ...BARE, ...owner };
  const content = {
    ...frame,
    key: `${owner.key}/content`,
    className: 'android.widget.LinearLayout',
    scrollable: scrollRange > 0,
    bounds: area,
    children,
  };
  const whole = { left: 0, top: 0, right: width, bottom: display.height / scale };
  return {
    root: inPixels({ ...frame, bounds: whole, children: [content] }, scale),
    scrollRange,
  };
}

/** The window that an app draws in. */
const BARE: Omit<View, 'key' | 'package'> = {
  className: 'android.widget.FrameLayout',
  resourceId: '',
  text: '',
  description: '',
  hint: '',
  icon: undefined,
  style: undefined,
  direction: 'column',
  fill: false,
  checkable: false,
  checked: false,
  clickable: false,
  enabled: true,
  editable: false,
  focused: false,
  password: false,
  scrollable: false,
  onTap: [],
  onEnter: [],
  given: new Map(),
  children: [],
};

function place(view: View, bounds: Bounds): UiNode {
  return {
    ...view,
    bounds,
    children: view.direction === 'row' ? placeRow(view, bounds) : placeColumn(view, bounds),
  };
}

function placeColumn({ children }: View, { left, top, right }: Bounds): UiNode[] {
  let y = top;
  return children.map((child) => {
    const from = y;
    y += measure(child, right - left);
    return place(child, { left, top: from, right, bottom: y });
  });
}

/** Beside one another; each is as high as it needs to be, in the middle of the row. */
function placeRow(view: View, { left, top, right, bottom }: Bounds): UiNode[] {
  const { children } = view;
  const widths = rowWidths(view, right - left);
  let x = left;
  return children.map((child, at) => {
    const from = x;
    x = Math.min(right, x + (widths[at] ?? 0));
    const height = Math.min(bottom - top, measure(child, x - from));
    const y = (top + bottom - height) / 2;
    return place(child, { left: from, top: y, right: x, bottom: y + height });
  });
}

function clip(node: UiNode, area: Bounds): UiNode[] {
  const bounds = {
    left: Math.max(node.bounds.left, area.left),
    top: Math.max(node.bounds.top, area.top),
    right: Math.min(node.bounds.right, area.right),
    bottom: Math.min(node.bounds.bottom, area.bottom),
  };
  if (bounds.right - bounds.left < 1 || bounds.bottom - bounds.top < 1) return [];
  return [{ ...node, bounds, children: node.children.flatMap((child) => clip(child, bounds)) }];
}

/** Edges are rounded, never sizes, so that neighbours stay neighbours. */
function inPixels(node: UiNode, scale: number): UiNode {
  const { left, top, right, bottom } = node.bounds;
  return {
    ...node,
    bounds: {
      left: Math.round(left * scale),
      top: Math.round(top * scale),
      right: Math.round(right * scale),
      bottom: Math.round(bottom * scale),
    },
    children: node.children.map((child) => inPixels(child, scale)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
