import type { Moment } from './ladder.ts';
import { aheadAt, between, bitOf } from './ladder.ts';
import { Sample } from './values/sample.ts';
import type { Shape } from './values/shape.ts';
import { shapeOf, timeIn } from './values/shape.ts';

/** One value of a field as it was sent. */
export interface Sent {
  /** At most 256 characters. */
  readonly value: string;
  readonly hash: number;
  readonly shape: Shape;
  /** It could single out a phone or person, by its shape. */
  readonly identifying: boolean;
  readonly moment: Moment;
  /** Wall time in ms; null where the record has none. */
  readonly at: number | null;
  /** A canary was sighted in it. */
  readonly canary: boolean;
  /** Whether a server had said the value before. */
  readonly echoed: () => boolean;
}

/** How often a value was the same and how often another one than the value before, across some rungs. */
interface Steps {
  same: number;
  changed: number;
}

/**
 * How the values of one field behave, counted as they come: what lies between two of them, and whether they are the
 * same. Of a million values nothing grows; texts are not kept.
 */
export class Behaviour {
  readonly steps = new Map<number, Steps>();
  readonly sample: Sample;
  requests = 0;
  values = 0;
  canaries = 0;
  /** Values that could single out a phone or person by their shape. */
  identifying = 0;
  /** Values cut off at 256 characters. */
  cut = 0;
  /** Values that name a time within 400 days of their sending. */
  times = 0;
  /** Whole numbers that went up, and down, without anything having been started anew; and their largest step. */
  up = 0;
  down = 0;
  largestStep = 0;
  readonly shapes = new Map<Shape, number>();
  /** The value before; none has this hash. */
  #hash = -1;
  #moment: Moment | null = null;
  #shape: Shape = 'empty';
  #number = Number.NaN;

  constructor(most: number) {
    this.sample = new Sample(most);
  }

  note({ value, hash, shape, identifying, moment, at, canary, echoed }: Sent): void {
    const last = this.#moment;
    const number = shape === 'number' ? Number(value) : Number.NaN;
    this.values++;
    if (last?.request !== moment.request) this.requests++;
    if (canary) this.canaries++;
    if (value.length >= LONGEST) this.cut++;

    this.shapes.set(shape, (this.shapes.get(shape) ?? 0) + 1);
    const named = at === null ? null : timeIn(value, shape);
    const ahead = aheadAt(moment) * DAY;
    const isTime = named !== null && at !== null && Math.abs(named - at - ahead) < 400 * DAY;
    if (isTime) this.times++;
    else if (identifying) this.identifying++;
    this.sample.note(hash, moment, echoed);
    if (last !== null) {
      const mask = between(last, moment);
      const steps = this.steps.get(mask) ?? this.#begin(mask);
      if (this.#hash === hash) steps.same++;
      else steps.changed++;
      // A counter may begin again with its app.
      if ((mask & STARTED_ANEW) === 0) this.#step(number - this.#number);
    }
    this.#hash = hash;
    this.#moment = moment;
    this.#shape = shape;
    this.#number = number;
  }

  /** The shape of a value; of the one before it is known. */
  shapeOf(value: string, hash: number): Shape {
    return this.#hash === hash ? this.#shape : shapeOf(value);
  }

  /** Takes in the same field under another name of its endpoint. */
  join(other: Behaviour): void {
    for (const [mask, { same, changed }] of other.steps) {
      const steps = this.steps.get(mask) ?? { same: 0, changed: 0 };
      this.steps.set(mask, { same: steps.same + same, changed: steps.changed + changed });
    }
    for (const [shape, count] of other.shapes)
      this.shapes.set(shape, (this.shapes.get(shape) ?? 0) + count);
    this.sample.join(other.sample);
    this.requests += other.requests;
    this.values += other.values;
    this.canaries += other.canaries;
    this.identifying += other.identifying;
    this.cut += other.cut;
    this.times += other.times;
    this.up += other.up;
    this.down += other.down;
    this.largestStep = Math.max(this.largestStep, other.largestStep);
  }

  /** The shape that most of its values have. */
  get shape(): Shape {
    return [...this.shapes].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'empty';
  }

  #begin(mask: number): Steps {
    const steps = { same: 0, changed: 0 };
    this.steps.set(mask, steps);
    return steps;
  }

  #step(by: number): void {
    if (!Number.isInteger(by)) return;
    if (by > 0) this.up++;
    if (by < 0) this.down++;
    this.largestStep = Math.max(this.largestStep, Math.abs(by));
  }
}

/** Characters of a value that are looked at. */
export const LONGEST = 256;
const DAY = 86_400_000;
const STARTED_ANEW = bitOf('app start') | bitOf('data cleared');
