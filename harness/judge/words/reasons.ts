import type { Reason, RunReason } from '../verdicts/shape.ts';

/** What a reason means, read aloud, and what would settle the matter. */
interface Meaning {
  readonly means: string;
  readonly settles: string;
}

/** One row a reason: the compiler refuses a reason that nobody explains. */
export const MEANINGS: Readonly<Record<Reason, Meaning>> = {
  'decoy-sighted': {
    means:
      'a value that was planted nowhere was found in this run, so its findings may be false alarms of ours',
    settles: 'find out how the decoy got there, and run again',
  },
  unread: {
    means: 'bytes went to a recipient in question and could not be decrypted',
    settles: 'a device that trusts our certificate, or the size and timing test for closed content',
  },
  opaque: {
    means:
      'bytes were decrypted, and look like chance: encrypted once more, or packed in an unknown way',
    settles: 'the key or the format of that recipient, or the size test for closed content',
  },
  undecoded: {
    means: 'a format was recognised that this version does not open, or that does not open',
    settles: 'a decoder for it; the record can be judged again without a phone',
  },
  truncated: {
    means: 'not all bytes were kept or searched: a limit was reached, or a stream was cut off',
    settles: 'a higher limit, or a run in which the capture is complete',
  },
  'known-leak-missed': {
    means:
      'our own app on this device sent what was then not found, so a leak by the same way would not be either',
    settles:
      'that way read (its certificate, its format), and a new run in which all of it is found',
  },
  unaccounted: {
    means: 'the phone had, or may have had, a way out that nobody listened on',
    settles: 'a listening point through which everything passes',
  },
  batched: {
    means: 'data may still have been waiting in the phone when the trial ended',
    settles: 'a longer follow-up window, or proof that the queue was flushed',
  },
  'changed-under-test': {
    means: 'the ROM or the app was no longer the same after a trial',
    settles: 'updates switched off, and a new run',
  },
  'condition-unproven': {
    means: 'the screen did not confirm, before and after, that the condition was really set',
    settles: 'a run in which every switch is read back',
  },
  'void-rate': {
    means: 'more than a fifth of the trials are void, so what is left is no fair sample',
    settles: 'the cause of the void trials removed, and a new run',
  },
  'too-few': {
    means: 'fewer than 10 sound trials, so silence says next to nothing',
    settles: 'more replicates, decided before the run',
  },
};

export const RUN_MEANINGS: Readonly<Record<RunReason, string>> = {
  'decoy-sighted':
    'A decoy, planted nowhere, was sighted: every "not seen" of this run is withdrawn.',
  'a-a-alarm':
    'A/A ALARM: one condition, run twice under two names, differs from itself; do not rely on the contrasts of that device.',
};
