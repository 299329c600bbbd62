/** One question to the bench. `ask` says what was found, or throws the Fault that a run would meet. */
export interface Check {
  readonly what: string;
  ask(): Promise<string>;
}
