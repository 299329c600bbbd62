import { z } from 'zod';

const ms = z.number().min(0);

/**
 * Everything that can go wrong with a handset on purpose. Faults last `forMs` of phone time, or until they are mended;
 * those that are over at once (dialog, reverse-lost, instrumentation-crash) last only where `forMs` says so.
 */
const FAULTS = [
  // Between host and phone.
  /** The adb port refuses everybody: `adb devices` says offline, and then nothing. */
  z.strictObject({ fault: z.literal('offline') }),
  /** Nobody confirms the host's key. */
  z.strictObject({ fault: z.literal('unauthorized') }),
  /** The phone asks for one signature after the other. */
  z.strictObject({ fault: z.literal('authorizing') }),
  /** The phone accepts connections and says nothing. */
  z.strictObject({ fault: z.literal('mute') }),
  /** Every host is cut off; the port is closed while it lasts. */
  z.strictObject({ fault: z.literal('drop') }),
  /** The rules of `adb reverse` are forgotten, though the host is still connected. */
  z.strictObject({ fault: z.literal('reverse-lost') }),

  // In what the host does.
  z.strictObject({ fault: z.literal('install-refused') }),
  /** The UiAutomator2 server dies; while it lasts, each new one too. */
  z.strictObject({ fault: z.literal('instrumentation-crash') }),
  /** "USB debugging (Security settings)" is off: no injected events, no writing of settings. */
  z.strictObject({ fault: z.literal('security-settings-off') }),

  // On the screen.
  /** A screen shows this much later than it opens; until then the one before is seen and touching it does nothing. */
  z.strictObject({ fault: z.literal('slow-screens'), byMs: ms.default(3000) }),
  /** A question of the system over whatever is there. */
  z.strictObject({
    fault: z.literal('dialog'),
    question: z.enum(['permission', 'update', 'consent']).default('permission'),
  }),
  /** An app whose data was cleared asks for consent before it goes on, whatever app it is. */
  z.strictObject({ fault: z.literal('consent-wall') }),

  // In the phone.
  /** Apps go on with the proxy that was set when this began, until the phone starts anew. */
  z.strictObject({ fault: z.literal('proxy-stale') }),
  z.strictObject({ fault: z.literal('clock-wrong'), byMs: z.number() }),
  z.strictObject({ fault: z.literal('battery-low'), level: z.int().min(0).max(100).default(3) }),
  z.strictObject({ fault: z.literal('storage-full') }),
  /** The phone calls itself by a serial number that is another's. */
  z.strictObject({ fault: z.literal('same-serial'), serial: z.string().min(1) }),
] as const;

export const faultSchema = z.discriminatedUnion('fault', FAULTS);

/** A fault in a ROM profile: `atMs` after the handset starts, again every `everyMs`, each time for `forMs`. */
export const scheduledFaultSchema = z.strictObject({
  what: faultSchema,
  atMs: ms.default(0),
  forMs: ms.optional(),
  everyMs: z.number().min(100).optional(),
});

export type Fault = z.output<typeof faultSchema>;
export type FaultName = Fault['fault'];
export type ScheduledFault = z.output<typeof scheduledFaultSchema>;
export type FaultNamed<Name extends FaultName> = Extract<Fault, { fault: Name }>;
