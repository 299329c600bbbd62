import type { Clock } from '../../lib/clock.ts';
import type { Fault } from '../../lib/fault.ts';
import type { Adb, AdbDevice, Attached } from './adb.ts';
import { benchFault } from './faults.ts';

/** How long a phone may take to settle: a fresh connection shows as offline or unauthorised for a moment. */
const PATIENCE_MS = 8000;

/** The phone when adb holds it and it answers; connects to it first when its serial is an address. */
export async function attach(adb: Adb, serial: string, clock: Clock): Promise<AdbDevice> {
  if (/:\d+$/.test(serial)) await adb.connect(serial);
  const until = clock.now() + PATIENCE_MS;
  for (;;) {
    const attached = await adb.devices();
    const state = attached.find((one) => one.serial === serial)?.state;
    if (state === 'device') return adb.device(serial);
    if (state === undefined || clock.now() > until) throw absent(serial, state, attached);
    await clock.wait(100 / clock.scaled(1));
  }
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
