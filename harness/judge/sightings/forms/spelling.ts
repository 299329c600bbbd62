/** Another way to write a value, or a part of it, as text. */
export interface Spelling {
  readonly name: string;
  readonly text: string;
  /** The higher, the more of the value it discloses. */
  readonly strength: number;
}
