import { z } from 'zod';
import type { Way } from '../../../record/aside.ts';
import { askedAgain } from '../../../record/aside.ts';
import type { TrialRecord } from '../../../record/trial.ts';
import type { Finding } from '../findings.ts';

/**
 * On-phone sensitivity by wrapping and transport: what our own app on the phone said that it sent, and what of it was found
 * on the way out. Kept apart from any calibration. Each was sent once, or twice where the tap heard nothing at first: a list
 * of ways, and no rate.
 */
export type OwnApp = z.output<typeof ownAppSchema>;

export const ownAppSchema = z.object({
  /** Its version; null where it is not installed. */
  app: z.string().nullable(),
  /** Each as "json › gzip over https". */
  found: z.array(z.string()),
  /** Nothing of it was heard at first, and it was found when it was asked for once more: one of two, and no silence is an answer. */
  again: z.array(z.string()).default([]),
  /** Sent, and not found, nor when it was asked for once more: silence on this device is no answer. */
  missed: z.array(z.string()),
  /** Asked for, and not sent by what it says itself. */
  unsent: z.array(z.string()),
  /** What was wrong with the aside itself; then nothing is missed that was not sent, and what was missed stays missed. */
  void: z.array(z.string()),
});

/** Null where no such aside was run. `findings`: of the asides' own canaries. */
export function ownAppOf(
  block: { readonly device: string; readonly browser: string },
  asides: readonly TrialRecord[],
  findings: readonly Finding[],
): OwnApp | null {
  const record = asides.find(
    (one) =>
      one.device === block.device &&
      one.browser === block.browser &&
      one.aside?.kind === 'known leaks',
  );
  if (record?.aside?.kind !== 'known leaks') return null;
  const found = new Set(
    findings.flatMap(({ planted, decoy, direction, canary }) =>
      planted.id === record.id && !decoy && direction === 'up' ? canary.name : [],
    ),
  );
  const { app, ways } = record.aside;
  const named = (which: (one: (typeof ways)[number]) => boolean): string[] =>
    ways.filter(which).map(inWords);
  return {
    app,
    found: named(({ way, said }) => said && found.has(way)),
    again: named(({ way, said }) => said && !found.has(way) && found.has(askedAgain(way))),
    missed: named(({ way, said }) => said && !found.has(way) && !found.has(askedAgain(way))),
    unsent: named(({ said }) => !said),
    void: record.void,
  };
}

/**
 * What was sent and missed at least once: silence on its device is no answer. To be found the second time takes nothing
 * back (docs/method.md, section 4): it tells a deaf instrument from one that hears now and then.
 */
export function notAtOnce(ownApp: OwnApp | null): string[] {
  return ownApp === null ? [] : [...ownApp.missed, ...ownApp.again];
}

function inWords({ wrapping, transport }: Way): string {
  return `${wrapping} over ${transport}`;
}
