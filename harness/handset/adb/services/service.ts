import type { Serve } from '../connection.ts';
import type { Phone } from '../../phone/phone.ts';
import type { ReverseRuleSet } from './reverse-table.ts';

/** What a service of the handset works with: the phone, and the connection the host asked through. */
export interface ServiceContext {
  readonly phone: Phone;
  readonly rules: ReverseRuleSet;
  /** Cuts this host off, as a reboot does. */
  hangUp(): void;
}

/** Answers services of one prefix: `argument` is what follows it. `undefined` refuses (the host sees "closed"). */
export type Service = (
  argument: string,
  context: ServiceContext,
) => Serve | undefined | Promise<Serve | undefined>;
