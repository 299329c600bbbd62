import type { Condition } from './app.ts';

/** What an app's templates and conditions may name: its state, the web page it shows, the phone around it. */
export interface Values {
  get(name: string): string | undefined;
}

/** Puts values into a template; a name nobody knows becomes nothing, as an unset text on a screen does. */
export function fill(template: string, values: Values): string {
  return template.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => values.get(name) ?? '');
}

/** A word of a condition may be a template itself; a name that nobody knows equals the empty word. */
export function holds(condition: Condition | undefined, values: Values): boolean {
  return Object.entries(condition ?? {}).every(([name, wanted]) =>
    [wanted].flat().some((word) => fill(word, values) === (values.get(name) ?? '')),
  );
}

/** Those of `first`, and of the others where it has none. */
export function layered(first: Values, ...others: readonly Values[]): Values {
  const all = [first, ...others];
  return {
    get: (name) => {
      for (const values of all) {
        const value = values.get(name);
        if (value !== undefined) return value;
      }
      return undefined;
    },
  };
}

/** Every name with a word and a dot before it: `item.number`. */
export function prefixed(
  prefix: string,
  values: Iterable<readonly [string, string]>,
): ReadonlyMap<string, string> {
  return new Map([...values].map(([name, value]) => [`${prefix}.${name}`, value]));
}
