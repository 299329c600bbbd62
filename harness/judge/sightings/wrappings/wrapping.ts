import type { Value } from './value.ts';

/** One way in which a value can be dressed, as a row of the table in `wrappings.ts`. All of it is synchronous. */
export interface Wrapping {
  readonly name: string;
  /** Where it occurs in the wild: a product, an SDK, a document; "none known" where a row is only for completeness. */
  readonly evidence: string;
  /** Kinds of bytes (`HAS`) that must all occur before the row is asked, in a value or around a region. */
  readonly needs: number;
  /** Kinds of which none may occur in a whole value of this sort. */
  readonly lacks: number;
  /** The bytes that a whole value can begin with; null: any. */
  readonly first: readonly number[] | null;
  /**
   * A shorter whole value is never asked: the shortest form takes more, so dressed, or stands in it as it is. Without:
   * ten bytes.
   */
  readonly least?: number;
  /** What it holds is text, unchanged: a few bytes without letters that stand together are nothing of its own. */
  readonly written?: true;
  /** A cheap gate over a whole value: true means that opening it is worth the time. */
  recognise(value: Value): boolean;
  /** Takes it off. Never throws, never runs away, and never gives more than `room` bytes. */
  open(value: Value, room: number): Opened;
  /**
   * Regions so dressed inside free bytes, each with its readings (subarrays of the value's bytes), the likeliest
   * first; null: none is tried.
   */
  readonly wild: ((value: Value) => Iterable<readonly Buffer[]>) | null;
  /** All its regions are within `runs` of the value. */
  readonly inRuns?: true;
  /** Opening to plain text shows that it really was this wrapping: chance does not spell. */
  readonly textProves: boolean;
}

/** What came out. No parts, no leaves and nothing said means: it was not this wrapping after all. */
export interface Opened {
  /** What opening has changed, or whatever is to be looked into anyway. */
  readonly parts: readonly Part[];
  /** Many small values: they are searched all together, and looked into one by one where they may hold more. */
  readonly leaves: readonly Leaves[];
  /** The parts hold everything that was inside, so nothing else needs to be tried on these bytes. */
  readonly whole: boolean;
  /** Why some of what was inside is missing (a limit, a damage); null when nothing is. */
  readonly truncated: string | null;
  /** It certainly is this wrapping, and could not be opened: why. */
  readonly undecoded: string | null;
  /** Opens what did not fit into `room`; each piece begins with some of the one before. Null: that was all. */
  readonly rest: ((room: number) => Opened) | null;
}

/** `name` is the wrapping's name with its place: "gzip", "form:data_list", "json:$[0].properties.url". */
export interface Part {
  readonly name: string;
  readonly bytes: Buffer;
  /** Another reading of the same part: a `+` may be a space or itself. */
  readonly or?: Buffer;
  /** What else was taken off in the same step: ["hex", "aes-128-cbc"]. */
  readonly also?: readonly string[];
  /** The part is a field's name, searched like everything else, and no value. */
  readonly label?: true;
  /** Where in the opened value its encoded form stands: [start, end). Not needed for a subarray. */
  readonly at?: readonly [number, number];
}

/** The values of a structure. Names are made only where one is needed. */
export interface Leaves {
  /** Null: they stand unchanged in the structure. Else all of them in a row, as opening has changed them. */
  readonly bytes: Buffer | null;
  /** What stands in them in plain is the whole's, not theirs: an address says more than its parts. */
  readonly plainIsOuter?: boolean;
  /** The leaves are only what is worth a look in a text: what stands in plain around them is told under this name. */
  readonly around?: string;
  /** Two offsets a leaf: start and end, ascending, not overlapping. */
  readonly spans: ArrayLike<number>;
  /** "json:$.a[1]". A label is a field's name ("json:$" for a key of the top object). */
  nameOf(leaf: number): string;
  isLabel(leaf: number): boolean;
  /** Where a leaf stands in the structure: [start, end). */
  placeOf(leaf: number): readonly [number, number];
}

export const NOT_THIS: Opened = {
  parts: [],
  leaves: [],
  whole: false,
  truncated: null,
  undecoded: null,
  rest: null,
};

export function opened(parts: readonly Part[], whole: boolean): Opened {
  return { parts, leaves: NO_LEAVES, whole, truncated: null, undecoded: null, rest: null };
}

const NO_LEAVES: readonly Leaves[] = [];

/** A name that came from a phone, cut to what a reader can take in. */
export function clipped(name: string): string {
  return name.length <= 80 ? name : `${name.slice(0, 79)}…`;
}
