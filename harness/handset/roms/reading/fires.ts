import type { CollectorRules, Rule } from '../../collectors/rules/rules.ts';
import { channelOf } from '../../collectors/rules/channel.ts';
import type { Channel } from '../../collectors/rules/channel.ts';
import { allOf } from '../../collectors/rules/condition.ts';
import type { All } from '../../collectors/rules/condition.ts';
import { leavesValue, takesValue } from '../../collectors/rules/wrappings.ts';
import { namesIn } from '../../collectors/template.ts';
import { SOURCES } from '../../collectors/values.ts';
import { STIMULI } from '../../phone/stimulus.ts';
import type { Rom } from '../rom.ts';
import type { Heard } from './heard.ts';
import { heardBy } from './heard.ts';
import { isObject } from './json.ts';

/**
 * The rules of a ROM profile that can never do what they say, each with its place and what would be allowed: a
 * mistake in a profile must not read like a phone that tells nobody.
 */
export function* neverFiring(rom: Rom): Generator<string> {
  for (const home of [...rom.apps, ...rom.updates, ...rom.services]) {
    for (const [at, collector] of home.collectors.entries()) {
      const where = `${home.package} ${home.versionName}: collectors[${String(at)}] (${collector.name})`;
      const heard = heardBy(rom, home, collector);
      for (const wrong of wrongRules(collector, heard)) yield `${where}: ${wrong}`;
    }
  }
}

function* wrongRules(collector: CollectorRules, { kinds, states }: Heard): Generator<string> {
  for (const [name, channel] of Object.entries(collector.channels)) {
    const place = `channels.${name}`;
    yield* wrongChannel(channel, place);
    yield* wrongNames(collector, [channel.row, channel], place, undefined);
    if (!collector.rules.some(({ via }) => via === name))
      yield `${place}: no rule puts anything into it`;
  }
  yield* wrongCondition(allOf(collector.when), states, collector, 'when', undefined);
  for (const [at, rule] of collector.rules.entries()) {
    const place = `rules[${String(at)}]`;
    if (!kinds.has(rule.on))
      yield `${place}.on: ${rule.on} happens in nothing that it hears; ${listed(kinds)}`;
    yield* wrongRule(rule, collector, place);
    yield* wrongCondition(allOf(rule.when), states, collector, `${place}.when`, rule);
    if (excluded(collector, rule)) {
      yield `${place}.when: can never hold together with the collector's own when`;
    }
    const own = channelOf(rule);
    if (own) yield* wrongChannel(own, place);
    yield* wrongNames(collector, [rule.row, own], place, rule);
  }
}

function* wrongRule(rule: Rule, collector: CollectorRules, place: string): Generator<string> {
  if ((rule.via === undefined) === (rule.send === undefined)) {
    yield `${place}: needs via, the name of a channel, or send; and not both`;
  }
  if (rule.via !== undefined && !Object.hasOwn(collector.channels, rule.via)) {
    yield `${place}.via: there is no channel called ${rule.via}; ${listed(Object.keys(collector.channels))}`;
  }
  for (const field of ['wrap', 'batch', 'transport', 'tries', 'reply'] as const) {
    if (rule.via !== undefined && rule[field] !== undefined) {
      yield `${place}.${field}: is the channel's to say`;
    }
  }
  if ((rule.on === 'idle') !== (rule.idleMs !== undefined)) {
    yield `${place}.idleMs: goes with on: idle, and only with it`;
  }
  const values: readonly string[] = STIMULI[rule.on];
  for (const name of Object.keys(rule.form)) {
    if (!values.includes(name))
      yield `${place}.form.${name}: ${rule.on} brings no such value; ${listed(values)}`;
  }
}

function* wrongChannel(
  { wrap, batch, transport, send }: Channel,
  place: string,
): Generator<string> {
  let value = true;
  for (const [at, { as }] of wrap.entries()) {
    if (!value && takesValue(as) && as !== 'within')
      yield `${place}.wrap[${String(at)}]: ${as} comes before what writes the rows down`;
    value = as === 'within' || (value && leavesValue(as));
    const step = wrap[at];
    const after = wrap[at + 1]?.as;
    if (
      step?.as === 'split' &&
      step.over === 'fields' &&
      after !== 'form' &&
      after !== 'multipart'
    ) {
      yield `${place}.wrap[${String(at)}]: a form or multipart must follow, that the parts go into`;
    }
  }
  if (wrap.length > 0 && value) {
    yield `${place}.wrap: nothing writes the rows down; add json, lines, text, protobuf, msgpack or cbor`;
  }
  if (batch && batch.afterMs === undefined && batch.above === undefined && batch.on.length === 0) {
    yield `${place}.batch: would never be sent; say afterMs, above or on`;
  }
  if (send.method === 'GET' && wrap.length > 0 && !/\{payload[.}]/.test(JSON.stringify(send))) {
    yield `${place}.send.method: a GET has no body, and {payload} stands nowhere else`;
  }
  if (transport.as === 'dns' && !/\{payload[.}]/.test(JSON.stringify(send.host))) {
    yield `${place}.send.host: {payload} must stand in the name that is asked for`;
  }
}

function* wrongCondition(
  conditions: readonly All[],
  states: Heard['states'],
  { channels, rules }: CollectorRules,
  place: string,
  rule: Rule | undefined,
): Generator<string> {
  const remembered = [...Object.values(channels), ...rules].flatMap(({ reply }) =>
    Object.keys(reply?.remember ?? {}),
  );
  for (const all of conditions) {
    for (const [name, wanted] of Object.entries(all.state ?? {})) {
      const values = states.get(name);
      if (!values)
        yield `${place}.state.${name}: no app it hears has such a piece of state; ${listed(states.keys())}`;
      else if (![wanted].flat().some((value) => values.has(value))) {
        yield `${place}.state.${name}: is never ${[wanted].flat().join(' or ')}; ${listed(values)}`;
      }
    }
    for (const [name, wanted] of Object.entries(all.memory ?? {})) {
      if (!remembered.includes(name) && wanted !== null) {
        yield `${place}.memory.${name}: no reply is remembered under that name; ${listed(remembered)}`;
      }
    }
    const values: readonly string[] = rule ? ['package', ...STIMULI[rule.on]] : [];
    for (const name of rule ? Object.keys(all.stimulus ?? {}) : []) {
      if (!values.includes(name))
        yield `${place}.stimulus.${name}: ${rule?.on ?? ''} brings no such value; ${listed(values)}`;
    }
    const { from = -Infinity, below = Infinity } = all.days ?? {};
    if (from >= below)
      yield `${place}.days: no day is both from ${String(from)} and below ${String(below)}`;
  }
}

/** Whether every way of meeting the rule's condition contradicts every way of meeting the collector's. */
function excluded(collector: CollectorRules, rule: Rule): boolean {
  const [outer, inner] = [allOf(collector.when), allOf(rule.when)];
  return (
    outer.length > 0 &&
    inner.length > 0 &&
    outer.every((above) => inner.every((below) => contradict(above, below)))
  );
}

function contradict(above: object, below: object): boolean {
  const other = new Map<string, unknown>(Object.entries(below));
  return Object.entries(above).some(([name, wanted]: [string, unknown]) => {
    const also = other.get(name);
    if (also === undefined || wanted === undefined || name === 'version') return false;
    if (isObject(wanted) && isObject(also)) return contradict(wanted, also);
    const [left, right] = [[wanted].flat(), [also].flat()];
    return typeof wanted !== 'number' && !left.some((value) => right.includes(value));
  });
}

/** Names in templates that nothing will ever stand behind. */
function* wrongNames(
  { identifiers }: CollectorRules,
  texts: readonly unknown[],
  place: string,
  rule: Rule | undefined,
): Generator<string> {
  const values: readonly string[] = rule ? ['package', ...STIMULI[rule.on]] : [];
  for (const name of new Set(texts.flatMap((text) => namesIn(JSON.stringify(text ?? null))))) {
    const [source = '', key = ''] = name.split('.', 2);
    if (source === 'payload' || source === 'rows' || source === 'part' || source === 'parts')
      continue;
    if (!SOURCES.includes(source))
      yield `${place}: {${name}} stands for nothing; ${listed(SOURCES)}`;
    if (source === 'id' && !Object.hasOwn(identifiers, key)) {
      yield `${place}: {${name}}: there is no such identifier; ${listed(Object.keys(identifiers))}`;
    }
    if (source === 'stimulus' && rule && !values.includes(key)) {
      yield `${place}: {${name}}: ${rule.on} brings no such value; ${listed(values)}`;
    }
  }
}

function listed(allowed: Iterable<string>): string {
  const names = [...allowed];
  return names.length === 0 ? 'there is none' : `allowed: ${names.join(', ')}`;
}
