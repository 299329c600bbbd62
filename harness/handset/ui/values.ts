import type { Condition } from './app.ts';

/** What an app's templates and conditions may name: its state, and the web page it shows. */
export type Values = ReadonlyMap<string, string>;

/** Puts values into a template; a name nobody knows becomes nothing, as an unset text on a screen does. */
export function fill(template: string, values: Values): string {
  return template.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => values.get(name) ?? '');
}

export function holds(condition: Condition | undefined, values: Values): boolean {
  return Object.entries(condition ?? {}).every(([name, wanted]) =>
    [wanted].flat().includes(values.get(name) ?? ''),
  );
}
