import type { ScreenReading } from '../browsers/browser.ts';
import type { Deed } from './deed.ts';

/** What is done on a device outside its browser: deeds of the steps, and factors that are the phone's and not the browser's. */
export interface Errands {
  /** Before a trial: takes away what the trial before left on the phone. */
  washOut(): Promise<void>;
  /** Carries out one deed; what it leaves is journalled first. Fault `errand-impossible` where this device cannot. */
  run(deed: Exclude<Deed, { do: 'idle' }>, signal: AbortSignal): Promise<void>;
  /** Whether a factor is set here and not in the browser. */
  knows(factor: string): boolean;
  set(factor: string, level: string): Promise<void>;
  /** Read back from the phone, with a picture: manipulation check. */
  read(factor: string): Promise<ScreenReading>;
  /** In the middle of the follow-up window: what a level says that happens then ("off, then on"). */
  halfTime(condition: Readonly<Record<string, string>>): Promise<void>;
}
