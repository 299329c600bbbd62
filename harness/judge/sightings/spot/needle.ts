import type { Form } from '../forms.ts';

/** A form to look for, and whose it is. */
export interface Needle<Owner> {
  readonly owner: Owner;
  readonly form: Form;
}

/** A needle that stands in the bytes at this offset. */
export interface Hit<Owner> {
  readonly needle: Needle<Owner>;
  readonly at: number;
}
