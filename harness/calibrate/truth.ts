import type { Canary } from '../canary.ts';
import { mint } from '../canary.ts';
import type { Moment } from '../handset/collectors/condition.ts';
import { holds } from '../handset/collectors/condition.ts';
import { disclose } from '../handset/collectors/disclose.ts';
import type { CollectorRules, Json, Rule } from '../handset/collectors/rules/rules.ts';
import type { Channel } from '../handset/collectors/rules/channel.ts';
import { channelOf } from '../handset/collectors/rules/channel.ts';
import { leavesValue } from '../handset/collectors/rules/wrappings.ts';
import { fill, fillText, merged, namesIn } from '../handset/collectors/template.ts';
import type { Rom, RomApp, RomService } from '../handset/roms/rom.ts';
import type { Condition } from '../record/plan/plan.ts';
import type { Scenario } from '../scenario.ts';
import { disclosureOf, mixed } from './disclosed.ts';
import { momentOf } from './moment.ts';
import type { Happening } from './replay.ts';
import { happeningsOf } from './replay.ts';
import { isEncrypted, sealOf, stepsOf } from './sealed.ts';

/** One leak that a ROM profile is built to have, in one condition of one scenario. */
export interface Leak {
  readonly canary: string;
  readonly host: string;
  readonly collector: string;
  readonly on: string;
  /** How likely it is in one trial: 1 is certain; null hangs on what a server answers, or on a later trial. */
  readonly chance: number | null;
  /** It waits for a network that is not there before the follow-up window ends. */
  readonly late: boolean;
  readonly form: string;
  /** From the inside out, as the profile writes them. */
  readonly wrappings: readonly string[];
  readonly transport: string;
  /** On the wire, by TLS or QUIC. */
  readonly encrypted: boolean;
  /** Why nobody could read it on this phone; null where it can be read. */
  readonly sealed: string | null;
  /** Phone time from the stimulus to the sending at least, ms. */
  readonly afterMs: number;
}

/**
 * What leaks to whom under one condition, computed from the profile's rules alone: each rule is held against each
 * thing that the steps make happen, its row is filled as the handset would, and the canary looked for in it.
 * Nothing is run, and nothing of what the judge does is used. Hosts that must see a canary are left out.
 */
export async function truthOf(
  rom: Rom,
  app: RomApp,
  scenario: Scenario,
  condition: Condition,
): Promise<Leak[]> {
  const from = { run: 'truth', seed: rom.name, trial: 'truth' };
  const canaries = mint(scenario.canaries, from, scenario.captions);
  const happened = await happeningsOf(scenario, app, canaries);
  const leaks = new Map<string, Leak>();
  const withheld = condition["servers' replies"] === 'withheld';
  for (const happening of happened) {
    for (const { home, rules } of collectorsOf(rom, app, happening)) {
      for (const rule of rules.rules) {
        if (rule.on !== happening.kind) continue;
        const moment = momentOf(rom, app, home, condition, happening);
        const likelihood = both(likely(rules.when, moment), likely(rule.when, moment));
        // What a server was to answer, nobody does.
        const chance = withheld && likelihood === null ? 0 : likelihood;
        const inTime = leaves(channelIn(rules, rule), moment, condition);
        if (chance === 0 || inTime === false) continue;
        const own = inTime === null ? null : chance;
        for (const one of told(rom, rules, rule, happening, scenario, canaries, own)) {
          const leak = { ...one, late: inTime === null };
          if (named(leak, scenario.mayReach[leak.canary] ?? [])) continue;
          const key = [leak.canary, leak.host, leak.collector, leak.on, leak.form].join('\n');
          const before = leaks.get(key);
          if (!before || (before.chance ?? 0) < (leak.chance ?? 0)) leaks.set(key, leak);
        }
      }
    }
  }
  return [...leaks.values()];
}

/**
 * Whether what waits in a channel gets a network to leave by: before the follow-up window ends, or (null) only in a later
 * trial, when somebody switches Wi-Fi on.
 */
function leaves(
  channel: Channel | undefined,
  { network }: Moment,
  condition: Condition,
): boolean | null {
  if (channel?.batch?.only !== 'unmetered' || network === 'wifi') return true;
  if (!channel.batch.on.includes('network-back')) return false;
  return condition['Wi-Fi'] === 'off, then on' || null;
}

/** Every collector that hears of what happens: in the browser's app, or elsewhere on the phone. */
function collectorsOf(
  rom: Rom,
  app: RomApp,
  { in: where }: Happening,
): { home: RomApp | RomService; rules: CollectorRules }[] {
  return [...rom.apps, ...rom.services].flatMap((home) =>
    home.collectors
      .filter(
        ({ hears }) =>
          hears === 'phone' ||
          (where === 'browser' &&
            (Array.isArray(hears) ? hears.includes(app.package) : home.package === app.package)),
      )
      .map((rules) => ({ home, rules })),
  );
}

/** How likely a condition is to be met: its draw is put to every height. Null: a server's answer decides. */
function likely(condition: Rule['when'], moment: Moment): number | null {
  const at = (draw: number, memory: boolean): boolean =>
    holds(withoutMemory(condition, memory), { ...moment, draw: () => draw });
  if (!at(0, false)) return 0;
  if (!at(0, true)) return null;
  let [met, missed] = [0, 1];
  for (let halving = 0; halving < 40; halving++) {
    const middle = (met + missed) / 2;
    if (at(middle, true)) met = middle;
    else missed = middle;
  }
  return Math.round(met * 1e6) / 1e6;
}

/** The condition as it stands, or with what it asks of a server's replies left out. */
function withoutMemory(condition: Rule['when'], keep: boolean): Rule['when'] {
  if (keep || condition === undefined) return condition;
  return [condition].flat().map(({ memory: _, ...others }) => others);
}

function both(one: number | null, other: number | null): number | null {
  if (one === 0 || other === 0) return 0;
  return one === null || other === null ? null : one * other;
}

/** Which canaries a rule tells whom when this happens. */
function told(
  rom: Rom,
  rules: CollectorRules,
  rule: Rule,
  happening: Happening,
  { captions }: Scenario,
  canaries: readonly Canary[],
  chance: number | null,
): Leak[] {
  const channel = channelIn(rules, rule);
  if (!channel) return [];
  const base = rule.via === undefined ? undefined : rules.channels[rule.via]?.row;
  const row = merged(base, rule.row);
  return [...new Set(namesIn([row, sent(channel)]))].flatMap((name) => {
    const field = /^stimulus\.(.+)$/.exec(name)?.[1];
    const setting = /^setting\.(.+)$/.exec(name)?.[1];
    const value =
      field !== undefined ? happening.values[field] : happening.settings.get(setting ?? '');
    if (value === undefined) return [];
    const form = field === undefined ? undefined : rule.form[field];
    const salt = form?.as === 'hash' ? form.salt : '';
    const disclosed = disclose(value, form, salt);
    const filled = JSON.stringify(fill([row, sent(channel)], only(name, disclosed)));
    if (!filled.includes(JSON.stringify(disclosed).slice(1, -1))) return [];
    return canaries.flatMap((canary): Leak[] => {
      const how = disclosureOf(canary, value, disclosed, form);
      if (how === null) return [];
      // Whoever is sent a photo is sent what stands in its Exif.
      const inside = how === 'whole' ? (captions.get(canary.name) ?? []) : [];
      return [canary.name, inside].flat().map((name) => ({
        canary: name,
        host: hostOf(rom, channel),
        collector: rules.name,
        on: rule.on,
        chance,
        late: false,
        form: how,
        wrappings: stepsOf(channel)
          .map(({ as }) => as)
          .filter((as) => !leavesValue(as)),
        transport: channel.transport.as,
        sealed: mixed(canary, value, form) ?? sealOf(rom, rules, channel),
        encrypted: isEncrypted(channel),
        afterMs: channel.batch?.afterMs ?? 0,
      }));
    });
  });
}

function channelIn(rules: CollectorRules, rule: Rule): Channel | undefined {
  return rule.via === undefined ? channelOf(rule) : rules.channels[rule.via];
}

/** The texts of a channel that travel beside its payload. */
function sent({ send }: Channel): Json {
  const headers = send.headers.map(([, value]) => value);
  const hosts = typeof send.host === 'string' ? [send.host] : Object.values(send.host);
  return [...hosts, send.path, ...Object.values(send.query), ...headers];
}

function only(name: string, value: string): (asked: string) => Json | undefined {
  return (asked) => (asked === name ? value : '');
}

function hostOf(rom: Rom, { send }: Channel): string {
  const region = rom.properties['ro.miui.region'] ?? rom.region;
  const hosts =
    typeof send.host === 'string' ? new Map<string, string>() : new Map(Object.entries(send.host));
  const host = typeof send.host === 'string' ? send.host : (hosts.get(region) ?? send.host.default);
  return fillText(host, (name) => rom.properties[name.replace(/^property\./, '')]).toLowerCase();
}

function named({ host, encrypted }: Leak, mayReach: readonly string[]): boolean {
  return mayReach.some((name) =>
    name === 'anyone, encrypted'
      ? encrypted
      : name.startsWith('.')
        ? host.endsWith(name)
        : host === name,
  );
}
