import { z } from 'zod';
import type { UiNode } from '../ui/tree/node.ts';
import { Failure } from './failure.ts';
import type { Call } from './route.ts';

/** Reads a request's body; what does not fit is the client's mistake. */
export function read<Schema extends z.ZodType>(schema: Schema, { body }: Call): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new Failure('invalid argument', z.prettifyError(result.error));
}

/** The node that the path names. */
export function nodeOf(call: Call, name = 'id'): UiNode {
  return call.session.elements.resolve(call.parameter(name), call.screen.root());
}

/** An element as a client refers to it inside a body. */
export const elementSchema = z
  .union([
    z.looseObject({ 'element-6066-11e4-a52e-4f735466cecf': z.string() }),
    z.looseObject({ ELEMENT: z.string() }),
  ])
  .transform((element) =>
    z.string().parse(element['element-6066-11e4-a52e-4f735466cecf'] ?? element['ELEMENT']),
  );

export const pointSchema = z.object({ x: z.number(), y: z.number() });
