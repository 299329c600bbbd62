import { z } from 'zod';
import { stampSchema } from './stamp.ts';

/** `run.json`: what the run was made with, and every device as it was asked for and as it was read. */
export type RunInfo = z.output<typeof runSchema>;
export type DeviceFacts = z.output<typeof deviceSchema>;

const deviceSchema = z.object({
  device: z.string(),
  /** As in devices.json and the plan's blocks; one device may have several. Empty in older records. */
  browserName: z.string().default(''),
  reference: z.boolean(),
  stamp: stampSchema,
  model: z.string(),
  /** Family, build and region, as the phone says. */
  rom: z.string(),
  fingerprint: z.string(),
  android: z.string(),
  rooted: z.boolean(),
  /** As measured: whether the system store took our CA. */
  reach: z.enum(['content', 'metadata', 'none']),
  browser: z.string(),
  package: z.string(),
  appVersion: z.string(),
  apkSha256: z.string().nullable(),
  signer: z.string().nullable(),
  /** Divides every waiting time; 1 on a phone. */
  timelapse: z.number(),
  /** Its only way out is the tap: true of reference handsets, and asserted by a test of theirs. */
  soleWayOut: z.boolean(),
  /** What was behind the tap; null in records that do not say. */
  egress: z.enum(['open', 'world', 'sinkhole', 'block']).nullable().default(null),
});

export const runSchema = z.object({
  run: z.string(),
  scenario: z.string(),
  startedAt: z.number(),
  codeVersion: z.string(),
  tools: z.record(z.string(), z.string()),
  devices: z.array(deviceSchema),
});
