import type { Clock } from '../../lib/clock.ts';
import type { Faults } from '../phone/faults/faults.ts';
import type { Desk } from './desk.ts';
import type { UiNode } from './tree/node.ts';

/** What an eye sees of screens that come late: the one before, until the new one's time has come. */
export class Lateness {
  readonly #desk: Desk;
  readonly #faults: Faults;
  readonly #clock: Clock;
  #visit = '';
  #before: UiNode | undefined;
  /** Wall time at which the screen that is open now is there. */
  #due = 0;

  constructor(desk: Desk, faults: Faults, clock: Clock) {
    this.#desk = desk;
    this.#faults = faults;
    this.#clock = clock;
  }

  late(): boolean {
    const slow = this.#faults.is('slow-screens');
    const { visit } = this.#desk.shown;
    if (visit !== this.#visit) {
      this.#visit = visit;
      this.#due = slow ? this.#clock.now() + this.#clock.scaled(slow.byMs) : 0;
    }
    return slow !== undefined && this.#before !== undefined && this.#clock.now() < this.#due;
  }

  seen(): UiNode {
    if (this.late() && this.#before) return this.#before;
    this.#before = this.#desk.shown.layout().root;
    return this.#before;
  }
}
