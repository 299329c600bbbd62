import { createHash } from 'node:crypto';
import type { Needle, Spotter } from './spot.ts';
import { isOpaque, isText, sealedKind } from './unexplained.ts';
import type { Opened, Part, Wrapping } from './wrappings/wrapping.ts';
import { roomFor } from './wrappings/wrapping.ts';
import { WRAPPINGS } from './wrappings.ts';

/** What was found in some bytes, seen from there: `wrappings` names what was taken off, outermost first. */
export interface Peeling<Owner> {
  readonly found: readonly Peeled<Owner>[];
  readonly gaps: readonly Gap[];
  readonly leaves: readonly Leaf[];
}

export interface Peeled<Owner> {
  readonly needle: Needle<Owner>;
  readonly wrappings: readonly string[];
}

/** Something about these bytes that keeps them from counting as searched. */
export interface Gap {
  readonly kind: 'truncated' | 'opaque' | 'undecoded';
  readonly why: string;
  readonly wrappings: readonly string[];
}

/** A value in a form or in JSON, at most 256 characters of it; the wrappings end with its place. */
export interface Leaf {
  readonly wrappings: readonly string[];
  readonly value: string;
}

/** What one place may cost at most. A cap that is hit is a gap, never silence. */
export interface Budget {
  readonly depth: number;
  readonly nodes: number;
  readonly bytes: number;
}

export const FULL_BUDGET: Budget = { depth: 8, nodes: 50_000, bytes: 64 * 2 ** 20 };

/** What one try counts for beside the bytes it gives. */
const ATTEMPT = 512;

/** A peeling, and whether the bytes were understood: then gaps of other readings of them mean nothing. */
interface Reading<Owner> extends Peeling<Owner> {
  readonly solid: boolean;
}

const NOTHING: Reading<never> = { found: [], gaps: [], leaves: [], solid: false };

/**
 * Searches bytes raw and under every wrapping of the table, as deep as the budget goes. Of one canary in one
 * branch only the innermost sighting is given, because it explains the outer ones. Never throws on any bytes.
 */
export async function peel<Owner>(
  bytes: Buffer,
  spot: Spotter<Owner>,
  budget: Budget = FULL_BUDGET,
): Promise<Peeling<Owner>> {
  const known = new Map<string, Reading<Owner>>();
  let nodes = 0;
  let left = budget.bytes;

  const spent = (): string | null =>
    left <= 0 ? 'more bytes inside one another than are searched' : null;

  const visit = async (node: Buffer, depth: number): Promise<Reading<Owner>> => {
    if (node.length < 8) return NOTHING;
    const key = node.length <= 64 ? node.toString('latin1') : digest(node);
    const before = known.get(key);
    if (before) return before;
    if (++nodes > budget.nodes) return lost(`more than ${budget.nodes} values inside one another`);
    const own = spot(node).map((needle) => ({ needle, wrappings: [] }));
    const inside = await unwrap(node, depth);
    const reading = { ...inside, found: best(inside.found, own) };
    known.set(key, reading);
    return reading;
  };

  /** Every row in turn; the first that is certain ends the guessing. Then runs within the bytes. */
  const unwrap = async (node: Buffer, depth: number): Promise<Reading<Owner>> => {
    const tried: Reading<Owner>[] = [];
    for (const row of WRAPPINGS) {
      if (!row.recognise(node)) continue;
      const out = depth >= budget.depth ? `deeper than ${budget.depth} wrappings` : spent();
      if (out !== null) return together([...tried, lost(out)]);
      const { reading, what } = await open(row, node, depth);
      if (what.parts.length > 0 || what.undecoded !== null) tried.push(reading);
      if (what.whole || what.undecoded !== null) return together(tried);
    }
    const all = together(tried);
    if (all.solid) return all;
    const wild: Reading<Owner>[] = [];
    const covered: Buffer[] = [];
    for (const row of WRAPPINGS) {
      for (const region of row.wild?.(node) ?? []) {
        const readings: Reading<Owner>[] = [];
        for (const span of region) {
          if (span.length === node.length) continue;
          const out = depth >= budget.depth ? `deeper than ${budget.depth} wrappings` : spent();
          if (out !== null) return together([...tried, ...wild, lost(out)]);
          const { reading, what } = await open(row, span, depth);
          // A run that only looked like a stream stays part of its surroundings.
          if (what.parts.length === 0) continue;
          readings.push(reading);
          covered.push(span);
          if (reading.solid) break;
        }
        wild.push(likeliest(readings));
      }
    }
    const unexplained = gapsOf(isText(node) ? without(node, covered) : node, tried.length > 0);
    return {
      found: wild.reduce((found, one) => best(found, one.found), all.found),
      gaps: [...all.gaps, ...wild.flatMap(({ gaps }) => gaps), ...unexplained],
      leaves: [...all.leaves, ...wild.flatMap(({ leaves }) => leaves)],
      solid: false,
    };
  };

  const open = async (
    row: Wrapping,
    bytesOf: Buffer,
    depth: number,
  ): Promise<{ reading: Reading<Owner>; what: Opened }> => {
    const what = await row.open(bytesOf, roomFor(bytesOf.length, left));
    // Trying costs, too: a body full of false beginnings ends the search like one that unfolds.
    left -= what.parts.reduce((sum, part) => sum + part.bytes.length, ATTEMPT);
    const found: Peeled<Owner>[] = [];
    const gaps: Gap[] = [];
    const leaves: Leaf[] = [];
    if (what.truncated !== null)
      gaps.push({ kind: 'truncated', why: what.truncated, wrappings: [row.name] });
    if (what.undecoded !== null)
      gaps.push({ kind: 'undecoded', why: what.undecoded, wrappings: [row.name] });
    let solid = what.whole && what.truncated === null;
    for (const part of what.parts) {
      const inner = await into(part, depth + 1);
      found.push(...inner.found);
      gaps.push(...inner.gaps);
      leaves.push(...inner.leaves);
      solid ||= inner.solid || (row.textProves && part.bytes.length >= 16 && isText(part.bytes));
    }
    // What is cut off may be cut off because this was the wrong reading.
    return { reading: { found, gaps, leaves, solid: solid && what.truncated === null }, what };
  };

  const into = async (part: Part, depth: number): Promise<Reading<Owner>> => {
    const readings = [await visit(part.bytes, depth)];
    if (part.or) readings.push(await visit(part.or, depth));
    const inner = likeliest(readings);
    const under = <Item extends { readonly wrappings: readonly string[] }>(
      items: readonly Item[],
    ): Item[] => items.map((item) => ({ ...item, wrappings: [part.name, ...item.wrappings] }));
    const value = part.bytes.toString('utf8', 0, 256);
    const leaf = part.name.includes(':') && !part.label ? [{ wrappings: [part.name], value }] : [];
    return {
      found: under(inner.found),
      gaps: under(inner.gaps),
      leaves: [...leaf, ...under(inner.leaves)],
      solid: inner.solid,
    };
  };

  return await visit(bytes, 0);
}

/** Rows that all opened the same bytes: where one understood them, what the others stumbled over is nothing. */
function together<Owner>(tried: readonly Reading<Owner>[]): Reading<Owner> {
  const solid = tried.filter((one) => one.solid);
  const counted = solid.length > 0 ? solid : tried;
  return {
    found: tried.reduce<readonly Peeled<Owner>[]>((found, one) => best(found, one.found), []),
    gaps: distinct(counted.flatMap(({ gaps }) => gaps)),
    leaves: counted.flatMap(({ leaves }) => leaves).slice(0, 5_000),
    solid: solid.length > 0,
  };
}

/** Readings of the same region of which at most one can be right: the one understood, else the first. */
function likeliest<Owner>(readings: readonly Reading<Owner>[]): Reading<Owner> {
  const right = readings.find((one) => one.solid) ?? readings[0] ?? NOTHING;
  return {
    ...right,
    found: readings.reduce((found, one) => best(found, one.found), right.found),
  };
}

function gapsOf(bytes: Buffer, opened: boolean): Gap[] {
  const sealed = sealedKind(bytes);
  if (sealed !== null) return [{ kind: 'undecoded', why: sealed, wrappings: [] }];
  // What one row took for its own is judged by what came out.
  if (opened || !isOpaque(bytes)) return [];
  return [{ kind: 'opaque', why: `${bytes.length} bytes without structure`, wrappings: [] }];
}

function lost(why: string): Reading<never> {
  return { ...NOTHING, gaps: [{ kind: 'truncated', why, wrappings: [] }] };
}

function distinct(gaps: readonly Gap[]): Gap[] {
  const told = new Map(gaps.map((gap) => [JSON.stringify(gap), gap]));
  return [...told.values()];
}

/** What is left of a text when the spans within it are taken out. */
function without(bytes: Buffer, spans: readonly Buffer[]): Buffer {
  const rest: Buffer[] = [];
  let at = 0;
  const placed = spans.map((span) => ({ start: span.byteOffset - bytes.byteOffset, span }));
  for (const { start, span } of placed.sort((a, b) => a.start - b.start)) {
    if (start > at) rest.push(bytes.subarray(at, start));
    at = Math.max(at, start + span.length);
  }
  return Buffer.concat([...rest, bytes.subarray(at)]);
}

/** Adds to `first` what it does not already tell: another canary, a hash beside the text, or a stronger form. */
function best<Owner>(
  first: readonly Peeled<Owner>[],
  more: readonly Peeled<Owner>[],
): readonly Peeled<Owner>[] {
  if (more.length === 0) return first;
  const fresh = strongest(more).filter(
    (one) => !first.some((known) => tells(known.needle, one.needle)),
  );
  return [...first, ...fresh];
}

/** Of sightings at the very same place, those that no stronger one contains. */
function strongest<Owner>(all: readonly Peeled<Owner>[]): Peeled<Owner>[] {
  return all.filter(
    (one) =>
      !all.some(
        (other) =>
          other.needle.form.strength > one.needle.form.strength &&
          other.wrappings.join() === one.wrappings.join() &&
          tells(other.needle, one.needle),
      ),
  );
}

function tells<Owner>(known: Needle<Owner>, other: Needle<Owner>): boolean {
  const same = known.owner === other.owner && known.form.subject === other.form.subject;
  return same && known.form.strength >= other.form.strength;
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}
