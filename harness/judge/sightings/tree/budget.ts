import { SaltAllowance } from '../spot/salted.ts';

/** What one exchange may cost at most. A cap that is hit is a gap, never silence. */
export interface Budget {
  /** Wrappings inside one another; four structures that leave their values as they are count as one. */
  readonly depth: number;
  /** Values looked into. */
  readonly nodes: number;
  /** Bytes that come out of wrappings, all together. */
  readonly bytes: number;
  /** Bytes that may come out of one value for each byte of it; the first MiB is always free. */
  readonly ratio: number;
}

export const FULL_BUDGET: Budget = { depth: 8, nodes: 200_000, bytes: 256 * 2 ** 20, ratio: 256 };

/** What one try counts for beside the bytes it gives: a body full of false beginnings ends like one that unfolds. */
const ATTEMPT = 512;

/** What is left of a budget while one exchange is searched. */
export class Purse {
  readonly depth: number;
  /** What may still be spent on salts that stand beside a digest: one recipient's, from request to request. */
  readonly salts: SaltAllowance;
  readonly #budget: Budget;
  #nodes: number;
  #bytes: number;
  #refused: string | null = null;
  #pictures = PICTURES;
  #pictureBytes = PICTURE_BYTES;

  constructor(budget: Budget, salts = new SaltAllowance()) {
    this.salts = salts;
    this.depth = budget.depth;
    this.#budget = budget;
    this.#nodes = budget.nodes;
    this.#bytes = budget.bytes;
  }

  /** What a value that comes again is charged without being looked into. */
  get nodesSpent(): number {
    return this.#budget.nodes - this.#nodes;
  }

  get bytesSpent(): number {
    return this.#budget.bytes - this.#bytes;
  }

  charge(nodes: number, bytes: number): void {
    this.#nodes -= nodes;
    this.#bytes -= bytes;
  }

  opened(bytes: number): void {
    this.#bytes -= bytes + ATTEMPT;
  }

  /** Takes one value; false when there were too many. */
  node(): boolean {
    if (this.#nodes > 0) return --this.#nodes >= 0;
    this.#refused = this.tooMany;
    return false;
  }

  /** Which of the limits on values and bytes was hit since `begin`; null when none was. */
  get refused(): string | null {
    return this.#refused;
  }

  begin(): void {
    this.#refused = null;
  }

  /** Takes one picture to look at; false when there were too many. */
  picture(bytes: number): boolean {
    this.#pictures--;
    this.#pictureBytes -= bytes;
    return this.#pictures >= 0 && this.#pictureBytes >= 0;
  }

  /** Why no wrapping may be taken off any more at this depth; null while it may. */
  out(depth: number): string | null {
    if (depth >= this.#budget.depth) return `deeper than ${this.#budget.depth} wrappings`;
    if (this.#bytes > 0) return null;
    return (this.#refused = 'more bytes inside one another than are searched');
  }

  get tooMany(): string {
    return `more than ${this.#budget.nodes} values inside one another`;
  }

  /** How many bytes one value may open to in all, and how many at a time. */
  room(length: number): { all: number; piece: number } {
    const all = Math.min(Math.max(MEBI, length * this.#budget.ratio), Math.max(0, this.#bytes));
    return { all, piece: Math.min(all, PIECE) };
  }
}

/** What a value that stands unchanged in a structure counts for beside a wrapping: a record is built in many layers. */
export const IN_PLACE = 1 / 4;

const PICTURES = 32;
const PICTURE_BYTES = 64 * 2 ** 20;
const MEBI = 2 ** 20;
/** Whatever opens to more is opened and searched piece by piece, so that memory stays flat. */
const PIECE = 4 * MEBI;
