/**
 * A Fault is something the person at the bench can put right: it says what happened, where, and what to do.
 * Anything else that is thrown is a bug and keeps its stack. `code` is stable (tests and docs name it);
 * `advice` is one imperative sentence, or the exact command to type.
 */
export class Fault extends Error {
  readonly code: string;
  readonly advice: string;

  constructor(code: string, message: string, advice: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'Fault';
    this.code = code;
    this.advice = advice;
  }
}

/**
 * The error a reader wants to see. When a body and its disposer both fail, the runtime throws a
 * SuppressedError whose `.error` is the disposer's failure and whose `.suppressed` is the body's; the body's
 * is the cause of the trouble.
 */
export function rootError(error: unknown): unknown {
  return error instanceof SuppressedError ? rootError(error.suppressed) : error;
}

/** What an unknown thrown value says, for messages and trial records. */
export function messageOf(error: unknown): string {
  const root = rootError(error);
  return root instanceof Error ? root.message : String(root);
}
