import type { Clock } from '../../../lib/clock.ts';
import { Fault } from '../../../lib/fault.ts';
import type { Adb, AdbDevice, Attached } from '../adb.ts';
import { benchFault } from '../faults.ts';

/** How long a phone may take to settle: a fresh connection shows as offline or unauthorised for a moment. */
const PATIENCE_MS = 8000;

/** The phone when adb holds it and it answers; connects to it first when its serial is an address. */
export async function attach(adb: Adb, serial: string, clock: Clock): Promise<AdbDevice> {
  if (isAddress(serial)) await adb.connect(serial);
  const until = clock.now() + PATIENCE_MS;
  for (;;) {
    const { state, fault } = await look(adb, serial);
    if (fault === null) return adb.device(serial);
    if (state === undefined || clock.now() > until) throw fault;
    await clock.wait(100 / clock.scaled(1));
  }
}

/** Attaches a phone that was here a moment ago: for some time it may be on its way back, with whoever unplugged it. */
export async function reattach(
  adb: Adb,
  serial: string,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<AdbDevice> {
  const until = clock.now() + RETURN_MS;
  for (;;) {
    try {
      return await attach(adb, serial, clock);
    } catch (error) {
      if (!(error instanceof Fault) || clock.now() > until) throw error;
    }
    await clock.wait(500 / clock.scaled(1), signal);
  }
}

/** Why adb does not hold the phone now; null when it does. */
export async function absence(adb: Adb, serial: string): Promise<Fault | null> {
  return (await look(adb, serial)).fault;
}

const RETURN_MS = 30_000;

function isAddress(serial: string): boolean {
  return /:\d+$/.test(serial);
}

async function look(
  adb: Adb,
  serial: string,
): Promise<{ state: string | undefined; fault: Fault | null }> {
  const attached = await adb.devices();
  const state = attached.find((one) => one.serial === serial)?.state;
  return { state, fault: state === 'device' ? null : absent(serial, state, attached) };
}

function absent(serial: string, state: string | undefined, attached: readonly Attached[]): Fault {
  if (state === 'unauthorized' || state === 'authorizing') {
    return benchFault('phone-unauthorised', `${serial}: the phone has not accepted this computer`);
  }
  if (state !== undefined) return benchFault('phone-offline', `${serial}: adb says "${state}"`);
  const seen =
    attached.map((one) => `${one.serial} (${one.state})`).join(', ') || 'no phone at all';
  return benchFault('phone-not-attached', `${serial} is not attached; adb sees ${seen}`);
}
