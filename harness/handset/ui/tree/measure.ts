import type { View } from './node.ts';
import { widthOf, wrap } from '../picture/text.ts';

/** How much room a view's text gets: letter size and the space around it, in dp. */
export interface Type {
  readonly size: number;
  readonly bold: boolean;
  readonly padding: { readonly x: number; readonly y: number };
}

export function typeOf({ className, style }: View): Type {
  if (style === 'heading') return { size: 20, bold: true, padding: { x: 16, y: 12 } };
  if (style === 'caption') return { size: 13, bold: false, padding: { x: 16, y: 3 } };
  if (style === 'pill') return { size: 15, bold: false, padding: { x: 24, y: 14 } };
  if (className === 'android.widget.Button')
    return { size: 16, bold: true, padding: { x: 32, y: 14 } };
  return { size: 16, bold: false, padding: { x: 16, y: 6 } };
}

/** Lines of one view's text at a width; an empty field shows its hint. */
export function linesOf(view: View, width: number): string[] {
  const { size, padding } = typeOf(view);
  const room = Math.max(size, width - 2 * padding.x - glyphWidth(view));
  return wrap(view.text === '' ? view.hint : view.text, room, size, view.fill ? 40 : 6);
}

/** The height a view needs at a width, in dp. */
export function measure(view: View, width: number): number {
  const { size, padding } = typeOf(view);
  const own = linesOf(view, width).length * size * 1.3 + 2 * padding.y;
  return Math.max(leastHeight(view), view.children.length > 0 ? childrenHeight(view, width) : own);
}

/** The width a view would like inside a row, in dp. */
export function naturalWidth(view: View, most: number): number {
  const fixed = FIXED.get(view.className)?.width;
  if (fixed !== undefined) return fixed;
  const { size, padding } = typeOf(view);
  const own =
    widthOf(view.text === '' ? view.hint : view.text, size) + 2 * padding.x + glyphWidth(view);
  const inside = view.children.map((child) => naturalWidth(child, most));
  const all =
    view.direction === 'row' ? inside.reduce((sum, one) => sum + one, 0) : Math.max(0, ...inside);
  return Math.min(most, Math.max(48, all, view.children.length > 0 ? 0 : own));
}

/** The widths of a row's children, in dp. */
export function rowWidths({ children }: View, width: number): readonly number[] {
  return shareOut(children, width, (child) => naturalWidth(child, width));
}

/** Every view its own size first; what is left goes to those that fill, in equal parts. */
export function shareOut(
  views: readonly View[],
  room: number,
  size: (view: View) => number,
): readonly number[] {
  const own = views.map((view) => (view.fill ? 0 : size(view)));
  const share = (room - sum(own)) / Math.max(1, views.filter(({ fill }) => fill).length);
  return views.map((view, at) => (view.fill ? Math.max(share, 48) : (own[at] ?? 0)));
}

/** Radio buttons and ticked lines carry their sign before the words. */
export function glyphWidth({ className, checkable }: View): number {
  return checkable && !FIXED.has(className) ? 40 : 0;
}

const FIXED: ReadonlyMap<string, { width: number; height: number }> = new Map([
  ['android.widget.ImageView', { width: 48, height: 48 }],
  ['android.widget.ImageButton', { width: 48, height: 48 }],
  ['android.widget.Switch', { width: 72, height: 48 }],
  ['android.widget.ProgressBar', { width: 48, height: 4 }],
]);

function leastHeight({ className, style, clickable, editable }: View): number {
  const fixed = FIXED.get(className)?.height;
  if (fixed !== undefined) return fixed;
  if (style === 'bar') return 56;
  if (style === 'setting') return 68;
  return clickable || editable ? 52 : 0;
}

function childrenHeight(view: View, width: number): number {
  if (view.direction === 'column') return sum(view.children.map((child) => measure(child, width)));
  const widths = rowWidths(view, width);
  return Math.max(...view.children.map((child, at) => measure(child, widths[at] ?? 0)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
