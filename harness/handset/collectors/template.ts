import type { Json } from './rules.ts';

/** What a name in a template stands for; undefined is written as nothing. */
export type Lookup = (name: string) => Json | undefined;

/**
 * Fills `{name}` and `{name|lower}` throughout a piece of JSON. A text that is one template alone takes over the
 * value with its type, so that numbers and whole objects can be put in.
 */
export function fill(template: Json, lookup: Lookup): Json {
  if (typeof template === 'string') {
    const alone = /^\{([\w.$]+)\}$/.exec(template);
    return alone?.[1] === undefined ? fillText(template, lookup) : (lookup(alone[1]) ?? '');
  }
  if (Array.isArray(template)) return template.map((item) => fill(item, lookup));
  return template !== null && typeof template === 'object' ? fillAll(template, lookup) : template;
}

export function fillAll(
  template: Readonly<Record<string, Json>>,
  lookup: Lookup,
): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [key, fill(value, lookup)]),
  );
}

/** As `fill`, into a text; `spell` writes each value: percent-encoding in URLs. */
export function fillText(
  template: string,
  lookup: Lookup,
  spell: (value: string) => string = (value) => value,
): string {
  return template.replaceAll(
    /\{([\w.$]+)(\|lower)?\}/g,
    (_, name: string, lower: string | undefined) => {
      const value = lookup(name) ?? '';
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return spell(lower === undefined ? text : text.toLowerCase());
    },
  );
}
