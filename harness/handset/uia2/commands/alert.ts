import { z } from 'zod';
import { centre, flatten } from '../../ui/tree/node.ts';
import type { UiNode } from '../../ui/tree/node.ts';
import { read } from '../body.ts';
import { Failure } from '../failure.ts';
import { get, post } from '../route.ts';
import type { Call, Route } from '../route.ts';

/** The question in front of an app, if there is one: Android's own ids name its parts. */
export const alertRoutes: readonly Route[] = [
  get('alert/text', (call) =>
    dialogNodes(call)
      .filter(({ resourceId }) => /^android:id\/(alertTitle|message)$/u.test(resourceId))
      .map(({ text }) => text)
      .join('\n'),
  ),
  post('alert/accept', (call) => answer(call, 'android:id/button1')),
  post('alert/dismiss', (call) => answer(call, 'android:id/button2')),
];

function dialogNodes({ screen }: Call): UiNode[] {
  if (screen.dialog()) return flatten(screen.root());
  throw new Failure(
    'no such alert',
    'An attempt was made to operate on a modal dialog when one was not open',
  );
}

function answer(call: Call, usual: string): null {
  const { buttonLabel } = read(z.object({ buttonLabel: z.string().nullish() }), call);
  const button = dialogNodes(call).find(({ resourceId, text, clickable }) =>
    typeof buttonLabel === 'string' ? clickable && text === buttonLabel : resourceId === usual,
  );
  if (!button) throw new Failure('invalid element state', 'The dialog has no such button');
  const { x, y } = centre(button.bounds);
  call.screen.tap(x, y);
  return null;
}
