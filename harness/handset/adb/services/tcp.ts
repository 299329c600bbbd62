import { setTimeout as delay } from 'node:timers/promises';
import type { Phone } from '../../phone/phone.ts';
import type { Service } from './service.ts';

/** Connections to ports of the phone itself: only the UiAutomator2 server listens on one. */
export const tcpService: Service = async (argument, { phone }) => {
  if (!/^(localhost:)?6790$/.test(argument)) return undefined;
  if (!(await bound(phone))) return undefined;
  return (stream) => {
    if (!phone.automation.accept(stream)) stream.destroy();
  };
};

/**
 * The driver's first question races with its own `am instrument`, and losing costs a second. The answer to OPEN
 * is held back for at most 150 ms of wall time, since the race is with the host.
 */
async function bound(phone: Phone): Promise<boolean> {
  for (let tries = 0; !phone.automation.listening && tries < 15; tries++) await delay(10);
  return phone.automation.listening;
}
