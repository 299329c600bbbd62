import { z } from 'zod';
import { centre } from '../../ui/tree/node.ts';
import { elementSchema, nodeOf, pointSchema, read } from '../body.ts';
import { Failure } from '../failure.ts';
import { find, findScrolling } from '../find/find.ts';
import { post } from '../route.ts';
import type { Call, Route } from '../route.ts';

/** The driver's `mobile: …Gesture` commands. Nothing on this screen zooms or moves sideways. */
export const gestureRoutes: readonly Route[] = [
  post('appium/gestures/click', tap),
  post('appium/gestures/long_click', tap),
  post('appium/gestures/double_click', (call) => {
    tap(call);
    return tap(call);
  }),
  post('appium/gestures/drag', (call) => {
    const { start, end } = read(dragSchema, call);
    call.screen.drag(start ?? end, end);
    return null;
  }),
  // A swipe is named after the finger, a scroll and a fling after the content that comes into sight.
  post('appium/gestures/swipe', (call) => {
    move(call, { up: 1, down: -1 });
    return null;
  }),
  post('appium/gestures/scroll', (call) => move(call, { up: -1, down: 1 })),
  post('appium/gestures/fling', (call) => move(call, { up: -1, down: 1 })),
  post('appium/gestures/pinch_open', () => null),
  post('appium/gestures/pinch_close', () => null),
  post('gestures/scroll_to', (call) => {
    const { params } = read(scrollToSchema, call);
    const found = findScrolling(() => find(params, call.screen), call.screen, params.maxSwipes);
    if (found.length > 0) return null;
    throw new Failure(
      'no such element',
      `Nothing was found by ${params.strategy} ${params.selector}`,
    );
  }),
  // What can be named is on the screen already.
  post('appium/element/:id/scroll_to/:other', (call) => {
    nodeOf(call);
    nodeOf(call, 'other');
    return null;
  }),
];

const originSchema = z.object({ origin: elementSchema.optional(), offset: pointSchema.optional() });

const dragSchema = z.object({ start: pointSchema.optional(), end: pointSchema });

const moveSchema = z.object({
  direction: z.enum(['up', 'down', 'left', 'right']),
  percent: z.number().min(0).default(1),
});

const scrollToSchema = z.object({
  params: z.object({
    strategy: z.string(),
    selector: z.string(),
    maxSwipes: z.int().min(1).max(100).default(30),
  }),
});

function tap(call: Call): null {
  const { origin, offset } = read(originSchema, call);
  const node =
    origin === undefined ? undefined : call.session.elements.resolve(origin, call.screen.root());
  const from = node?.bounds ?? { left: 0, top: 0 };
  const at = offset
    ? { x: from.left + offset.x, y: from.top + offset.y }
    : node && centre(node.bounds);
  if (!at) throw new Failure('invalid argument', 'Either an element or an offset must be given');
  call.screen.tap(at.x, at.y);
  return null;
}

/** Whether there is more that way. */
function move(call: Call, ways: { readonly up: number; readonly down: number }): boolean {
  const { direction, percent } = read(moveSchema, call);
  if (direction === 'left' || direction === 'right') return false;
  return call.screen.scroll(ways[direction] * percent * (call.screen.display.height / 2));
}
