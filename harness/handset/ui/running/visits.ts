/** One stay on a screen: what was typed there, and how far its content was moved, in pixels. */
export interface Visit {
  readonly screen: string;
  /** What it was opened with. */
  readonly args: ReadonlyMap<string, string>;
  /** Names this stay in the keys of its nodes: coming back later makes new nodes. */
  readonly key: string;
  readonly typed: Map<string, string>;
  focused: string | undefined;
  scrolled: number;
}

/** The way through an app's screens; empty while the app does not run. */
export class Visits {
  readonly #name: string;
  #stack: Visit[] = [];
  #count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  get current(): Visit | undefined {
    return this.#stack.at(-1);
  }

  get first(): Visit | undefined {
    return this.#stack[0];
  }

  enter(screen: string, args: ReadonlyMap<string, string> = new Map()): void {
    this.#count += 1;
    const key = `${this.#name}#${String(this.#count)}`;
    this.#stack = this.#stack.slice(-MOST_VISITS);
    this.#stack.push({ screen, args, key, typed: new Map(), focused: undefined, scrolled: 0 });
  }

  /** The screen left; none when there is nothing to go back to. */
  back(): Visit | undefined {
    return this.#stack.length > 1 ? this.#stack.pop() : undefined;
  }

  end(): void {
    this.#stack = [];
  }
}

/** Back leads no farther than this: a host may open screens for ever. */
const MOST_VISITS = 200;
