/** The browser as the steps of a scenario see it: what a person's hands could do, and no more. */
export interface Browser {
  /**
   * Types a URL with its scheme into the address field, and proves that the page asked for is the page shown.
   * An error page is reloaded once, as a person would; then it is a Fault (`page-not-shown`).
   */
  open(url: string): Promise<void>;
  /** Chooses the engine in the browser's own settings and types words into the address field; proved and reloaded alike. */
  search(engine: Engine, words: string): Promise<void>;
  /** Types a text into the address field, key by key as a person would, and never sends it. */
  type(text: string): Promise<void>;
  /** Ends it and starts it again, as a person would; what it keeps stays with it. */
  restart(): Promise<void>;
}

export type Engine = 'Google' | 'DuckDuckGo';

/** The browser as the trial holds it: one session with the phone's automation, used for many trials. */
export interface BrowserSession extends Browser, AsyncDisposable {
  /** From a cleared app to its home screen: starts it and gets past the first-run screens. */
  start(): Promise<void>;
  /** The factors in the order in which this browser's are to be set. */
  inOrder(factors: readonly string[]): readonly string[];
  /** Sets one factor on the screen. A level that cannot be found is a Fault (`switch-not-found`), screen kept. */
  set(factor: string, level: string): Promise<void>;
  /** Reads one factor back from the screen: manipulation check. Goes back to where it came from. */
  read(factor: string): Promise<ScreenReading>;
  /** Picture and UI tree of what is shown now, for the record of a void trial. */
  look(): Promise<Pick<ScreenReading, 'picture' | 'tree'>>;
}

export interface ScreenReading {
  readonly level: string;
  /** The words beside the switch, as shown: polarity is measured, never assumed from them. */
  readonly caption: string;
  /** PNG. */
  readonly picture: Buffer;
  /** UI tree, XML. */
  readonly tree: string;
}
