import type { AppResponse, Stimulus } from '../phone/phone.ts';
import type { StimulusKind } from '../phone/stimulus.ts';
import { asleep, Channel } from './sending/channel.ts';
import { holds } from './condition.ts';
import { disclose } from './disclose.ts';
import { Identities } from './identities.ts';
import { remembered } from './sending/reply.ts';
import type { CollectorRules, Rule } from './rules/rules.ts';
import { channelOf } from './rules/channel.ts';
import type { Lookup } from './template.ts';
import { fill, fillText, merged } from './template.ts';
import type { Home, Kept, Seen } from './values.ts';
import { lookupFor, momentOf } from './values.ts';

/** A server's reply may lead to a request, whose reply may lead to another: so often, and no more. */
const DEEPEST = 3;

/** One collector inside one app or service: does what its rules say of each stimulus it hears. */
export class Collector {
  readonly #seen: Seen;
  readonly #home: Home;
  readonly #rules: CollectorRules;
  readonly #ids: Identities;
  readonly #channels: ReadonlyMap<string, Channel>;
  #kept: Kept | undefined;
  #running = false;
  #idle = new AbortController();

  constructor(seen: Seen, home: Home, rules: CollectorRules) {
    this.#seen = seen;
    this.#home = home;
    this.#rules = rules;
    const hardware = [seen.rom.name, seen.rom.identity.serial, rules.name];
    const { chance, clock } = seen;
    this.#ids = new Identities(rules.identifiers, { chance, now: () => clock.now(), hardware });
    const inPlace = rules.rules.flatMap((rule, at) => {
      const channel = channelOf(rule);
      return channel ? [[nameOf(rule, at), channel] as const] : [];
    });
    this.#channels = new Map(
      [...Object.entries(rules.channels), ...inPlace].map(([name, channel]) => [
        name,
        new Channel(channel, {
          seen,
          package: home.package,
          lookup: () => this.#lookup(nothing(home.package)),
          transmitted: () => {
            this.#ids.end('request');
          },
          replied: (response, depth) => this.#replied(name, response, depth),
        }),
      ]),
    );
  }

  /** Whether this collector hears of what happens in a package. */
  hears(packageName: string): boolean {
    const { hears } = this.#rules;
    if (Array.isArray(hears)) return hears.includes(packageName);
    if (hears === 'phone' || packageName === this.#home.package) return true;
    return packageName === 'android' && (this.#running || this.#rules.runs === 'always');
  }

  notify(stimulus: Stimulus, depth = 0): void {
    const { kind } = stimulus;
    if (kind === 'app-opened' && stimulus.package === this.#home.package) this.#running = true;
    if (!FOUND_OUT.has(kind)) this.#armIdle();
    for (const channel of this.#channels.values()) channel.notice(kind);
    const moment = momentOf(this.#seen, this.#home, this.#keeps(), stimulus);
    if (!holds(this.#rules.when, moment)) return;
    for (const [at, rule] of this.#rules.rules.entries()) {
      if (rule.on !== kind || !holds(rule.when, moment)) continue;
      this.#fire(rule, at, stimulus, depth);
    }
  }

  /** The process ended: what it was about to do is not done. */
  stop(): void {
    if (this.#rules.runs === 'with-app') {
      this.#running = false;
      this.#idle.abort();
    }
    this.#ids.end('session');
    for (const channel of this.#channels.values()) channel.stop();
  }

  /** The app's data was cleared: its own identifiers and memory are gone, the phone's stay. */
  clear(): void {
    this.stop();
    this.#ids.end('install');
    this.#kept = undefined;
    for (const channel of this.#channels.values()) channel.clear();
  }

  /** Takes over what an older version of the app called the phone, what it remembered, and what it had not sent. */
  inherit(older: Collector): void {
    this.#ids.inherit(older.#ids);
    this.#kept = older.#kept;
    for (const [name, channel] of this.#channels) {
      const before = older.#channels.get(name);
      if (before) channel.inherit(before);
    }
  }

  /** Factory reset: nothing stays but the hardware. */
  reset(): void {
    this.clear();
    this.#ids.end('until-reset');
    for (const channel of this.#channels.values()) channel.reset();
  }

  /** The handset ends. */
  end(): void {
    this.#idle.abort();
    this.stop();
  }

  #fire(rule: Rule, at: number, stimulus: Stimulus, depth: number): void {
    const name = rule.via ?? nameOf(rule, at);
    const channel = this.#channels.get(name);
    if (!channel) return;
    const whole = this.#lookup(stimulus);
    const values = Object.entries(stimulus.values).map(([key, value]): [string, string] => {
      const form = rule.form[key];
      const salt = form?.as === 'hash' ? fillText(form.salt, whole) : '';
      return [key, disclose(value, form, salt)];
    });
    const lookup = this.#lookup({ ...stimulus, values: Object.fromEntries(values) });
    const base = rule.via === undefined ? undefined : this.#rules.channels[rule.via]?.row;
    const row = merged(base, rule.row);
    channel.add(row === null ? undefined : fill(row, this.#drawnLater(lookup)), depth);
  }

  #drawnLater(lookup: Lookup): Lookup {
    return (name) => {
      const [source, key = ''] = name.split('.', 2);
      return source === 'id' && this.#ids.perRequest(key) ? asleep(name) : lookup(name);
    };
  }

  async #replied(via: string, response: AppResponse, depth: number): Promise<void> {
    if (!response.ok) return;
    const wanted =
      this.#rules.channels[via]?.reply ??
      this.#rules.rules.find((rule, at) => nameOf(rule, at) === via)?.reply;
    if (wanted && response.status < 400) {
      const lookup = this.#lookup(nothing(this.#home.package));
      const around = { lookup, chance: this.#seen.chance };
      for (const [name, value] of await remembered(response.body, wanted, around)) {
        this.#keeps().memory.set(name, value);
      }
    }
    if (depth >= DEEPEST) return;
    const values = { via, status: String(response.status) };
    this.notify({ ...nothing(this.#home.package), kind: 'server-replied', values }, depth + 1);
  }

  /** Waits anew for each rule that wants to know that nothing happens. */
  #armIdle(): void {
    this.#idle.abort();
    this.#idle = new AbortController();
    const { signal } = this.#idle;
    for (const ms of new Set(this.#rules.rules.flatMap(({ idleMs }) => idleMs ?? []))) {
      this.#seen.clock.wait(ms, signal).then(
        () => {
          const values = { ms: String(ms) };
          this.notify({ ...nothing('android'), kind: 'idle', values });
        },
        () => undefined,
      );
    }
  }

  #lookup(stimulus: Pick<Stimulus, 'values' | 'state' | 'package'>): Lookup {
    return lookupFor(this.#seen, this.#home, this.#keeps(), stimulus, (name, lookup) =>
      this.#ids.get(name, lookup),
    );
  }

  #keeps(): Kept {
    return (this.#kept ??= { since: this.#seen.clock.now(), memory: new Map() });
  }
}

/** What a collector finds out without anybody touching the phone. */
const FOUND_OUT: ReadonlySet<StimulusKind> = new Set([
  'idle',
  'server-replied',
  'network-back',
  'network-lost',
] as const);

function nameOf(rule: Rule, at: number): string {
  return rule.via ?? `rule-${String(at)}`;
}

function nothing(packageName: string): Pick<Stimulus, 'values' | 'state' | 'package'> {
  return { package: packageName, values: {}, state: {} };
}
