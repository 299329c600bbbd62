import type { SteadyClock } from '../../lib/clock.ts';
import type { Stamp } from '../../record/stamp.ts';
import type { TrialRecord } from '../../record/trial.ts';
import type { Scenario } from '../../scenario.ts';
import type { BrowserSession } from '../browsers/browser.ts';
import type { AppIdentity, Phone, PhoneIdentity } from '../devices/phone.ts';
import type { Errands } from '../errands/errands.ts';
import type { Tap } from '../tap/tap.ts';

/** What the trials of one block share. */
export interface Bench {
  readonly device: string;
  readonly browserName: string;
  readonly scenario: Scenario;
  readonly phone: Phone;
  readonly browser: BrowserSession;
  readonly errands: Errands;
  readonly tap: Tap;
  readonly clock: SteadyClock;
  /** As read when the block began: a trial after which they differ is void (`changed-under-test`). */
  readonly identity: PhoneIdentity;
  readonly app: AppIdentity;
  readonly reach: TrialRecord['reach'];
  readonly soleWayOut: boolean;
  /** The domain that our sites stand under for this device; `leaklab.test` unless it has one of its own. */
  readonly site: string;
  readonly stamp: Stamp;
  readonly run: string;
  readonly seed: string;
}
