import { isObject } from './json.ts';

/**
 * Puts the shared pieces of screens where an app's file uses them. `{"use": "switch", "title": "Wi-Fi"}` stands for the
 * piece called `switch` with every `$title` in it replaced: a text that is `$title` alone takes over the value whatever
 * it is, and what nobody gave is left out. A piece that is a list becomes part of the list it is used in.
 */
export function withPieces(value: unknown, pieces: Pieces, depth = 0): unknown {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown): unknown[] => {
      const made = withPieces(item, pieces, depth);
      return isUse(item) && Array.isArray(made) ? made : [made];
    });
  }
  if (!isObject(value)) return value;
  if (isUse(value)) {
    const { use: name, ...given } = value;
    const piece = pieces.get(name);
    if (piece === undefined) throw new PieceMissing(name, [...pieces.keys()]);
    if (depth > DEEPEST) throw new PieceMissing(`${name}, which uses itself`, []);
    return withPieces(filled(piece, new Map(Object.entries(given))), pieces, depth + 1);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withPieces(inner, pieces, depth)]),
  );
}

export type Pieces = ReadonlyMap<string, unknown>;

/** A file names a piece that is not there. */
export class PieceMissing extends Error {
  constructor(name: string, known: readonly string[]) {
    super(`there is no piece called ${name}; there are ${known.join(', ')}`);
  }
}

const DEEPEST = 8;

function isUse(value: unknown): value is { readonly use: string } {
  return isObject(value) && typeof value['use'] === 'string';
}

function filled(piece: unknown, given: ReadonlyMap<string, unknown>): unknown {
  if (typeof piece === 'string') {
    const alone = /^\$(\w+)$/.exec(piece)?.[1];
    return alone === undefined ? inText(piece, given) : given.get(alone);
  }
  if (Array.isArray(piece)) {
    return piece
      .map((item: unknown) => filled(item, given))
      .filter((item: unknown) => item !== undefined);
  }
  if (!isObject(piece)) return piece;
  return Object.fromEntries(
    Object.entries(piece)
      .map(([key, value]) => [inText(key, given), filled(value, given)] as const)
      .filter(([, value]) => value !== undefined),
  );
}

function inText(text: string, given: ReadonlyMap<string, unknown>): string {
  return text.replaceAll(/\$(\w+)/g, (_, name: string) => {
    const value = given.get(name);
    return typeof value === 'string' ? value : '';
  });
}
