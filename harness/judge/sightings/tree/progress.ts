import type { Piece } from './apart/pieces.ts';
import { FULL_BUDGET, Purse } from './budget.ts';
import type { Reading } from './outcome/reading.ts';
import { NOTHING } from './outcome/reading.ts';

/** What the looks into one place have in common: what they may still cost, and what they came across first. */
export class Progress {
  purse = new Purse(FULL_BUDGET);
  /** The values of the first structure, else the text: each may be part of a canary. */
  pieces: readonly Piece[] = [];
  /** Whether the innermost text is among them. */
  hasText = false;
  toldTooMany = false;

  begin(purse: Purse): void {
    this.purse = purse;
    purse.begin();
    this.pieces = [];
    this.hasText = false;
    this.toldTooMany = false;
  }

  /** Told once a place: a list of a million values would be a million gaps. Nobody counts the bytes of the others. */
  tooMany(): Reading<never> {
    if (this.toldTooMany) return NOTHING;
    this.toldTooMany = true;
    const why = this.purse.tooMany;
    return { ...NOTHING, gaps: [{ kind: 'truncated', why, wrappings: [], bytes: null }] };
  }
}
