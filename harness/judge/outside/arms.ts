import { z } from 'zod';
import { armSchema } from '../../record/aside.ts';
import type { Block } from '../../record/plan/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { classOf } from '../verdicts/recipients.ts';

/**
 * What the instrument itself changes on a phone: one visit to the same page without it, with it, and in an installation in
 * long use. Recipients and bytes of one visit each, side by side: descriptive, no test and no rate.
 */
export type ArmsRow = z.output<typeof armsSchema>;

const countSchema = z.object({
  connections: z.number(),
  bytesUp: z.number(),
  bytesDown: z.number(),
});

export const armsSchema = z.object({
  device: z.string(),
  browser: z.string(),
  page: z.string(),
  arms: z.array(
    z.object({ arm: armSchema, hours: z.number(), void: z.array(z.string()), all: countSchema }),
  ),
  /** An arm in which a recipient was not spoken to is absent. Pages of ours are left out. */
  hosts: z.array(
    z.object({
      host: z.string(),
      recipientClass: z.string(),
      in: z.partialRecord(armSchema, countSchema),
    }),
  ),
});

/** Nothing where no such aside was run. */
export function armsOf(block: Block, asides: readonly TrialRecord[]): ArmsRow[] {
  const visits = asides.flatMap(({ device, browser, aside, void: why }) =>
    device === block.device && browser === block.browser && aside?.kind === 'visit'
      ? [{ ...aside, void: why }]
      : [],
  );
  const [first] = visits;
  if (!first) return [];
  const names = [...new Set(visits.flatMap(({ hosts }) => hosts.map(({ host }) => host)))].sort();
  return [
    {
      device: block.device,
      browser: block.browser,
      page: first.page,
      arms: visits.map(({ arm, hours, void: why, hosts }) => ({
        arm,
        hours,
        void: why,
        all: hosts.reduce(sum, { connections: 0, bytesUp: 0, bytesDown: 0 }),
      })),
      hosts: names
        .filter((host) => classOf(host) !== 'page')
        .map((host) => ({
          host,
          recipientClass: classOf(host),
          in: Object.fromEntries(
            visits.flatMap(({ arm, hosts }) => {
              const found = hosts.find((one) => one.host === host);
              return found ? [[arm, sum(NOTHING, found)]] : [];
            }),
          ),
        })),
    },
  ];
}

type Count = z.output<typeof countSchema>;

const NOTHING: Count = { connections: 0, bytesUp: 0, bytesDown: 0 };

function sum(before: Count, { connections, bytesUp, bytesDown }: Count): Count {
  return {
    connections: before.connections + connections,
    bytesUp: before.bytesUp + bytesUp,
    bytesDown: before.bytesDown + bytesDown,
  };
}
