import type { Canary } from '../canary.ts';
import { mint } from '../canary.ts';
import type { Moment } from '../handset/collectors/condition.ts';
import { holds } from '../handset/collectors/condition.ts';
import { disclose } from '../handset/collectors/disclose.ts';
import type { CollectorRules, Json, Rule } from '../handset/collectors/rules.ts';
import type { Channel } from '../handset/collectors/rules/channel.ts';
import { channelOf } from '../handset/collectors/rules/channel.ts';
import type { Step } from '../handset/collectors/rules/wrappings.ts';
import { leavesValue } from '../handset/collectors/rules/wrappings.ts';
import { fill, fillText, merged, namesIn } from '../handset/collectors/template.ts';
import type { Rom, RomApp, RomService } from '../handset/roms/rom.ts';
import type { Condition } from '../record/plan.ts';
import type { Scenario } from '../scenario.ts';
import { momentOf } from './moment.ts';
import type { Happening } from './replay.ts';
import { happeningsOf } from './replay.ts';

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

function stepsOf({ wrap }: Channel): Step[] {
  return wrap.flatMap((step) => (step.as === 'each' ? step.wrap : [step]));
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

/** 48 bits: less of a canary proves nothing (method §2). A letter of a page holds 4.7 bits, one of words 3.2, a digit 3.3. */
const ENOUGH: Readonly<Record<Canary['mold'], number>> = {
  page: 11,
  host: 11,
  name: 11,
  file: 11,
  words: 16,
  title: 16,
  number: 18,
  hex: 12,
  photo: 128,
};

/** In which form a canary is in what was disclosed; null where too little of it is left to prove anything. */
function disclosureOf(
  canary: Canary,
  value: string,
  disclosed: string,
  form: Rule['form'][string] | undefined,
): string | null {
  const core = letters(coreOf(canary));
  if (!letters(value).includes(core)) return null;
  if (form?.as === 'hash') {
    const hashes = form.of !== 'host' || canary.mold === 'host';
    const wide = form.hash !== 'crc32' && form.hash !== 'java';
    return hashes && wide ? form.hash : null;
  }
  const text = letters(disclosed);
  if (text.includes(core)) return 'whole';
  return text.includes(core.slice(0, ENOUGH[canary.mold])) ? 'prefix' : null;
}

/** A hash over more than the canary can be told from no hash that anybody would think of. */
function mixed(
  canary: Canary,
  value: string,
  form: Rule['form'][string] | undefined,
): string | null {
  if (form?.as !== 'hash' || letters(value) === letters(canary.value)) return null;
  return 'hashed together with other text';
}

/** Words are joined by blanks, plus signs or %20: their letters are the same. */
function letters(text: string): string {
  return text.toLowerCase().replaceAll(/%20|[+ _-]/g, '');
}

/** The part that holds the chance. */
function coreOf({ mold, value }: Canary): string {
  return mold === 'page' ? (value.split('/').at(-1) ?? value) : value;
}

/** What keeps a leak from being read on this phone through a proxy; null when nothing does. */
function sealOf(rom: Rom, { identifiers }: CollectorRules, channel: Channel): string | null {
  const { transport } = channel;
  for (const step of stepsOf(channel)) {
    if (step.as === 'rsa') return 'sealed under a public key';
    if (step.as === 'aes' && step.key.from === 'nobody') return 'sealed under a key nobody has';
    if (step.as === 'aes' && 'value' in step.key && staysInside(step.key.value, identifiers)) {
      return 'sealed under a key that stays on the phone';
    }
    if (step.as === 'xor' && step.key.from === 'nobody') return 'sealed under a key nobody has';
  }
  if (transport.as === 'quic') return transport.fallback === 'https' ? null : 'QUIC only';
  if (transport.as === 'dns') return 'in a DNS name, which a proxy does not see';
  if ('proxy' in transport && transport.proxy === 'ignores') return 'past the proxy';
  if (!isEncrypted(channel) || transport.as === 'tcp') return null;
  if ('addedCa' in transport && transport.addedCa === 'refused')
    return 'refuses added certificates';
  return rom.addedCa === 'refused' ? 'the phone refuses added certificates' : null;
}

function isEncrypted({ transport }: Channel): boolean {
  return (
    transport.as === 'https' ||
    transport.as === 'quic' ||
    ('secure' in transport && transport.secure)
  );
}

/** A key that is drawn on the phone travels under somebody's public key, or not at all. */
function staysInside(key: string, identifiers: CollectorRules['identifiers']): boolean {
  return namesIn(key).some((name) => {
    const own = new Map(Object.entries(identifiers)).get(name.replace(/^id\./, ''));
    return name.startsWith('memory.') || own?.as === 'key';
  });
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
