/** What a running desktop browser says of itself: read only, the hands are the keyboard's. */
export interface Insight extends AsyncDisposable {
  /** The page in the window that the hands use. */
  shown(): Promise<Shown>;
  /** Whether the page has the keyboard; else the browser's own parts have it, the address field say. */
  hasKeyboard(): Promise<boolean>;
  /** Returns when it has asked whatever it asks of itself about what stands in the address field. */
  asked(): Promise<void>;
  /** Whether that window keeps nothing: asked of the browser itself, not of a caption. */
  isPrivate(): Promise<boolean>;
  /** A preference as the browser has it; null where it has none of that name. */
  preference(name: string): Promise<boolean | null>;
  /** Everything that is open in it, for the record. */
  open(): Promise<readonly OpenPage[]>;
}

export interface Shown {
  readonly address: string;
  readonly title: string;
  readonly loading: boolean;
  /** An error page of the browser's, or an answer that is an error. */
  readonly failed: boolean;
}

export interface OpenPage {
  readonly id: string;
  readonly title: string;
  readonly address: string;
  readonly isPrivate: boolean;
}
