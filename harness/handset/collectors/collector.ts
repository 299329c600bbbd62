import type { Stimulus } from '../phone/phone.ts';
import type { RomApp } from '../roms/rom.ts';
import { holds } from './condition.ts';
import { ENVELOPES } from './envelopes.ts';
import type { Install } from './install.ts';
import { freshInstall } from './install.ts';
import { Queue } from './queue.ts';
import { ask, post } from './request.ts';
import type { CollectorRules, EventRule } from './rules.ts';
import type { Lookup } from './template.ts';
import { fillAll, fillText } from './template.ts';
import type { Seen } from './values.ts';
import { lookupFor } from './values.ts';

/** One collector inside one app: does what its rules say of each stimulus of that app. */
export class Collector {
  readonly #seen: Seen;
  readonly #app: RomApp;
  readonly #rules: CollectorRules;
  readonly #queue: Queue;
  #install: Install | undefined;
  #process = new AbortController();

  constructor(seen: Seen, app: RomApp, rules: CollectorRules) {
    this.#seen = seen;
    this.#app = app;
    this.#rules = rules;
    this.#queue = new Queue(rules.queue, seen.clock, (rows, signal) => this.#send(rows, signal));
  }

  notify(stimulus: Stimulus): void {
    const { signal } = this.#process;
    const install = this.#installed();
    const lookup = lookupFor(this.#seen, this.#app, install, stimulus);
    if (stimulus.kind === 'app-opened') this.#queue.wake();
    if (!holds(this.#rules.when, stimulus.state)) return;
    for (const rule of this.#rules.rules) {
      if (rule.on !== stimulus.kind || !holds(rule.when, stimulus.state)) continue;
      if ('event' in rule) this.#queue.add(this.#row(rule, lookup));
      else {
        // It rejects only when the process ends while it waits.
        ask(this.#seen, rule, { lookup, install, from: this.#app.package }, signal).catch(
          (error: unknown) => {
            if (!signal.aborted) throw error;
          },
        );
      }
    }
  }

  /** The process ended: what it was about to do is not done. */
  stop(): void {
    this.#process.abort();
    this.#process = new AbortController();
    this.#queue.stop();
  }

  /** The app's data was cleared: queue and identifiers are gone, the phone's own identifiers stay. */
  clear(): void {
    this.stop();
    this.#queue.clear();
    this.#install = undefined;
  }

  #row(rule: EventRule, lookup: Lookup): string {
    const properties = fillAll({ ...this.#rules.properties, ...rule.properties }, lookup);
    const event = fillAll(this.#rules.event, (name) => {
      if (name === 'event.name') return rule.event;
      return name === 'event.properties' ? properties : lookup(name);
    });
    return ENVELOPES[this.#rules.post.envelope].row(event);
  }

  async #send(rows: readonly string[], signal: AbortSignal): Promise<'delete' | 'keep'> {
    const { envelope, url, headers } = this.#rules.post;
    const nothing: Stimulus = {
      kind: 'app-opened',
      package: this.#app.package,
      values: {},
      state: {},
    };
    const lookup = lookupFor(this.#seen, this.#app, this.#installed(), nothing);
    const response = await post(
      this.#seen.network,
      {
        package: this.#app.package,
        method: 'POST',
        url: fillText(url, lookup, encodeURIComponent),
        headers: headers.map(([name, value]) => [name, fillText(value, lookup)]),
        body: ENVELOPES[envelope].body(rows, this.#seen.clock.now()),
      },
      signal,
    );
    return ENVELOPES[envelope].after(response);
  }

  #installed(): Install {
    return (this.#install ??= freshInstall(this.#seen.chance, this.#seen.clock.now()));
  }
}
