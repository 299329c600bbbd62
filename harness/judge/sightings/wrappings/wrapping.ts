/** One way in which a value can be dressed, as a row of the table in `wrappings.ts`. */
export interface Wrapping {
  readonly name: string;
  /** A cheap gate over a whole value: true means that opening it is worth the time. */
  recognise(bytes: Buffer): boolean;
  /** Takes it off. Never throws, and never gives more than `room` bytes. */
  open(bytes: Buffer, room: number): Opened | Promise<Opened>;
  /** Regions so dressed inside free bytes, each with its readings, the likeliest first; null: none is tried. */
  readonly wild: ((bytes: Buffer) => Buffer[][]) | null;
  /** Opening to plain text shows that it really was this wrapping: chance does not spell. */
  readonly textProves: boolean;
}

/** What came out. No parts and nothing said means: it was not this wrapping after all. */
export interface Opened {
  readonly parts: readonly Part[];
  /** The parts hold everything that was inside, so nothing else needs to be tried on these bytes. */
  readonly whole: boolean;
  /** Why some of what was inside is missing; null when nothing is. */
  readonly truncated: string | null;
  /** It certainly is this wrapping, and could not be opened. */
  readonly undecoded: string | null;
}

/** `name` is the wrapping's name with its place: "gzip", "form:data_list", "json:$[0].properties.url". */
export interface Part {
  readonly name: string;
  readonly bytes: Buffer;
  /** Another reading of the same part: a `+` may be a space or itself. */
  readonly or?: Buffer;
  /** The part is a field's name, searched like everything else, and no value. */
  readonly label?: true;
}

export const NOT_THIS: Opened = { parts: [], whole: false, truncated: null, undecoded: null };

export function opened(parts: readonly Part[], whole: boolean): Opened {
  return { parts, whole, truncated: null, undecoded: null };
}

/** The share of the budget that one value may open to: 256 times its size, never under 1 MiB or over 16 MiB. */
export function roomFor(bytes: number, left: number): number {
  return Math.min(16 * 2 ** 20, Math.max(2 ** 20, bytes * 256), left);
}

/** A name that came from a phone, cut to what a reader can take in. */
export function clipped(name: string): string {
  return name.length <= 80 ? name : `${name.slice(0, 79)}…`;
}
