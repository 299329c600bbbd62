import { Fault, rootError } from '../lib/fault.ts';

/** What a command says to the shell: 0 judged, whatever the answer; everything else is no answer, or a demanded one. */
export const EXIT = { judged: 0, fault: 1, bug: 2, failOn: 3, interrupted: 130 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ctrl-C and SIGTERM abort with this: everything held is given back on the way out. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}

/**
 * The exit code of a command that threw. Once it was interrupted, whatever follows from that is not news, unless a
 * bug was the reason for stopping.
 */
export function exitCodeOf(error: unknown, signal: AbortSignal): ExitCode {
  const cause: unknown = signal.aborted ? signal.reason : error;
  if (cause instanceof Interrupted) return EXIT.interrupted;
  return rootError(cause) instanceof Fault ? EXIT.fault : EXIT.bug;
}
