import { z } from 'zod';
import { centre } from '../../ui/tree/node.ts';
import { elementSchema, pointSchema, read } from '../body.ts';
import { get, post } from '../route.ts';
import type { Call, Route } from '../route.ts';
import { withEnter } from './element.ts';

/** Keys and fingers that are not aimed at one element by its id. */
export const inputRoutes: readonly Route[] = [
  post('keys', (call) => {
    const { text, value } = read(keysSchema, call);
    call.screen.type(withEnter(text ?? value.join('')));
    return null;
  }),
  post('back', (call) => {
    call.screen.key(4);
    return true;
  }),
  post('appium/device/press_keycode', pressKey),
  post('appium/device/long_press_keycode', pressKey),
  post('actions', (call) => {
    for (const source of read(actionsSchema, call).actions) {
      if (source.type === 'pointer') point(source.actions, call);
      else press(source.actions, call);
    }
    return null;
  }),
  get('orientation', () => 'PORTRAIT'),
];

const keysSchema = z.object({
  text: z.string().optional(),
  value: z.array(z.string()).default([]),
});

function pressKey(call: Call): null {
  call.screen.key(read(z.object({ keycode: z.int() }), call).keycode);
  return null;
}

const stepSchema = z.looseObject({
  type: z.string(),
  x: z.number().optional(),
  y: z.number().optional(),
  value: z.string().optional(),
  origin: z.union([z.literal('viewport'), z.literal('pointer'), elementSchema]).optional(),
});

type Step = z.output<typeof stepSchema>;

const actionsSchema = z.object({
  actions: z.array(z.looseObject({ type: z.string(), actions: z.array(stepSchema).default([]) })),
});

/** A finger that comes up where it went down has tapped; one that moved has dragged the content along. */
function point(steps: readonly Step[], call: Call): void {
  let at = { x: 0, y: 0 };
  let down: typeof at | undefined;
  for (const step of steps) {
    if (step.type === 'pointerMove') at = target(step, at, call);
    else if (step.type === 'pointerDown') down = at;
    else if (step.type === 'pointerUp' && down) {
      if (Math.abs(down.y - at.y) > call.screen.display.density / 8) call.screen.drag(down, at);
      else call.screen.tap(at.x, at.y);
      down = undefined;
    }
  }
}

function target(
  { x = 0, y = 0, origin }: Step,
  at: { x: number; y: number },
  call: Call,
): { x: number; y: number } {
  if (origin === undefined || origin === 'viewport') return { x, y };
  const from =
    origin === 'pointer'
      ? at
      : centre(call.session.elements.resolve(origin, call.screen.root()).bounds);
  return pointSchema.parse({ x: from.x + x, y: from.y + y });
}

function press(steps: readonly Step[], call: Call): void {
  for (const { type, value } of steps) {
    if (type === 'keyDown' && value !== undefined) call.screen.type(withEnter(value));
  }
}
