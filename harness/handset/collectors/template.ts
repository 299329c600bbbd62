import type { Json } from './rules/rules.ts';

/** What a name in a template stands for; undefined is written as nothing. */
export type Lookup = (name: string) => Json | undefined;

const NAME = /\{([A-Za-z][\w.$-]*)\}/;

/**
 * Fills `{name}` throughout a piece of JSON. A text that is one name alone takes over the value with its type, so
 * that numbers and whole objects can be put in.
 */
export function fill(template: Json, lookup: Lookup): Json {
  if (typeof template === 'string') {
    const alone = namesIn(template);
    return alone.length === 1 && template === `{${String(alone[0])}}`
      ? (lookup(alone[0] ?? '') ?? '')
      : fillText(template, lookup);
  }
  if (Array.isArray(template)) return template.map((item) => fill(item, lookup));
  if (template === null || typeof template !== 'object') return template;
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
  return template.replaceAll(new RegExp(NAME, 'g'), (_, name: string) => {
    const value = lookup(name) ?? '';
    return spell(typeof value === 'string' ? value : JSON.stringify(value));
  });
}

/** Every name that stands anywhere in a piece of JSON. */
export function namesIn(template: Json | undefined): string[] {
  if (typeof template === 'string') {
    return [...template.matchAll(new RegExp(NAME, 'g'))].map(([, name]) => name ?? '');
  }
  return template !== null && typeof template === 'object'
    ? Object.values(template).flatMap(namesIn)
    : [];
}

/** The second merged into the first, word by word; lists and all else are replaced. */
export function merged(below: Json | undefined, above: Json | undefined): Json {
  if (!isObject(below) || !isObject(above)) return above ?? below ?? null;
  const out: Record<string, Json> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    out[key] = Object.hasOwn(below, key) ? merged(below[key], value) : value;
  }
  return out;
}

function isObject(value: Json | undefined): value is Record<string, Json> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
