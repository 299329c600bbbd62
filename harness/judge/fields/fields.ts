import type { Exchange } from '../../record/exchange.ts';
import type { Block } from '../../record/plan/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { Behaviour, LONGEST } from './behaviour.ts';
import type { FieldValue, Found } from './flatten.ts';
import { fieldValue, Flattener } from './flatten.ts';
import type { Ladder } from './ladder.ts';
import { ladderOf } from './ladder.ts';
import { Links } from './links.ts';
import { namesSomebody } from './values/names.ts';
import { isPlantedIn } from './values/planted.ts';
import { Sayings } from './values/said.ts';
import { hashOf } from './values/sample.ts';
import { couldIdentify } from './values/shape.ts';
import type { FieldTable, Kept, Present } from './table.ts';
import { tableOf } from './table.ts';
import type { Endpoint, Masked } from './template.ts';
import { endpointOf, Templates, written } from './template.ts';

/** What was found in one exchange, as the search gives it. */
export interface Heard {
  readonly exchange: Exchange;
  /** 1-based line of the trial's exchanges.jsonl. */
  readonly line: number;
  readonly fields: readonly (Found & { readonly direction: 'up' | 'down' })[];
  readonly sightings: readonly { readonly where: string; readonly wrappings: readonly string[] }[];
}

/**
 * Every field that the phones of a run sent, and how its values behave: heard exchange by exchange, in order of time.
 * Bounded: values are kept as hashes, of a million at most a few hundred a field.
 */
export class Fields {
  readonly #blocks: readonly Hearing[];
  readonly #isOurs: (host: string) => boolean;

  /** `isOurs`: hosts of the experiment itself, of which nothing is kept. */
  constructor(
    blocks: readonly Block[],
    trials: readonly TrialRecord[],
    isOurs: (host: string) => boolean,
  ) {
    this.#isOurs = isOurs;
    this.#blocks = blocks.map((block) => new Hearing(block, trials));
  }

  /** Notes what one exchange carried; gives the numbers of the identifiers that travelled in it, for `FieldTable.at`. */
  note(trial: TrialRecord, heard: Heard): readonly number[] {
    if (this.#isOurs(heard.exchange.host)) return [];
    return this.#blocks.find((block) => block.has(trial))?.note(trial, heard) ?? [];
  }

  /** All that was heard, endpoints settled. */
  table(): FieldTable {
    return tableOf(this.#blocks.map((block) => block.heard()));
  }
}

/** One block's fields while the run is read. */
class Hearing {
  readonly #block: Block;
  readonly #trials: readonly TrialRecord[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #ladder: Ladder;
  readonly #flattener = new Flattener();
  readonly #templates = new Templates();
  readonly #sayings = new Sayings();
  readonly #links = new Links();
  /** By the endpoint as it was known then, and by field. */
  readonly #fields = new Map<string, Map<string, Kept>>();
  #size = 0;
  readonly #present = new Map<string, Present>();
  /** Names that were asked for, with the first line of each trial. */
  readonly #asked = new Map<string, Uint32Array>();

  constructor(block: Block, trials: readonly TrialRecord[]) {
    this.#block = block;
    this.#trials = trials.filter(
      ({ device, browser }) => device === block.device && browser === block.browser,
    );
    this.#places = new Map(this.#trials.map(({ id }, index) => [id, index]));
    this.#ladder = ladderOf(block, this.#trials);
  }

  has({ id }: TrialRecord): boolean {
    return this.#places.has(id);
  }

  heard(): Parameters<typeof tableOf>[0][number] {
    return {
      block: this.#block,
      trials: this.#trials,
      kept: [...this.#fields.values()]
        .flatMap((one) => [...one.values()])
        .sort((a, b) => a.number - b.number),
      present: [...this.#present.values()],
      asked: this.#asked,
      links: this.#links.all,
      settled: (endpoint) => this.#templates.settled(endpoint),
    };
  }

  note(trial: TrialRecord, heard: Heard): readonly number[] {
    const { exchange, line } = heard;
    const { kind, host, direction } = exchange;
    if (host !== '' && direction === 'up' && kind !== 'dns')
      this.#note(host, 'recipient', { method: '', host, parts: [] }, trial, line);
    if (kind === 'dns') this.#ask(trial, heard);
    if (kind !== 'http' && kind !== 'websocket' && kind !== 'raw') return [];
    const found = endpointOf({ ...exchange, method: exchange.method ?? kind }, isPlantedIn(trial));
    const values = this.#up(heard, found.masked);
    const endpoint = this.#templates.note(found, signatureOf(values));
    const name = written(endpoint);
    if (direction === 'up') this.#note(name, 'endpoint', endpoint, trial, line);
    const identifiers = this.#values(trial, heard, { endpoint, name }, values);
    this.#links.note(identifiers, { trial: trial.id, line });
    for (const { value, hash } of values) this.#sayings.phoneSays(value, hash);
    for (const { field, value, hash } of this.#down(heard))
      this.#sayings.serverSays(value, hash, () => `${name}, response ${field}`);
    return [...new Set(identifiers.map(({ field }) => field))].slice(0, 64);
  }

  #values(
    trial: TrialRecord,
    { exchange, line, sightings }: Heard,
    { endpoint, name }: { readonly endpoint: Endpoint; readonly name: string },
    values: readonly SentValue[],
  ): { field: number; hash: number; event: string }[] {
    const moment = this.#ladder.moment(trial.id, exchange.at);
    const planted = sightings
      .filter(({ where }) => !where.startsWith('response'))
      .map(({ where, wrappings }) => this.#flattener.fieldOf(where, wrappings));
    const identifiers: { field: number; hash: number; event: string }[] = [];
    const at = this.#places.get(trial.id) ?? 0;
    const half = trial.replicate % 2 === 1 ? 0 : 1;
    const known = this.#fields.get(name) ?? new Map<string, Kept>();
    if (this.#size < MOST_FIELDS) this.#fields.set(name, known);
    for (const { field, value, hash, event, canary = false } of values) {
      const kept = known.get(field) ?? this.#begin(endpoint, field, hash);
      if (kept === null) continue;
      known.set(field, kept);
      const shape = kept.behaviour.shapeOf(value, hash);
      const identifying = couldIdentify(value, shape);
      const sent = {
        value,
        hash,
        shape,
        identifying,
        moment,
        at: exchange.at,
        canary: canary || planted.some((place) => place === field || place.startsWith(`${field}.`)),
        echoed: () => this.#sayings.origin(hash) !== null,
      };
      kept.behaviour.note(sent);
      kept.halves[half].note(sent);
      if (kept.lines[at] === 0) kept.lines[at] = line;
      if (identifying || kept.isNamed) identifiers.push({ field: kept.number, hash, event });
    }
    return identifiers;
  }

  #up({ exchange, fields }: Heard, masked: readonly Masked[]): SentValue[] {
    if (exchange.direction === 'down') return [];
    const found = fields.filter(({ direction }) => direction === 'up');
    return [
      ...masked.map(({ index, part, mask }) => ({
        ...fieldValue(`path[${index}]`, part.slice(0, LONGEST)),
        canary: mask === '{canary}',
      })),
      ...this.#flattener.up(exchange, found),
    ];
  }

  #down({ exchange, fields }: Heard): FieldValue[] {
    if (exchange.fabricated) return [];
    return this.#flattener.down(
      exchange,
      fields.filter(({ direction }) => direction === 'down'),
    );
  }

  #begin(endpoint: Endpoint, field: string, hash: number): Kept | null {
    if (this.#size >= MOST_FIELDS) return null;
    const most = this.#size < FULL_FIELDS ? 256 : 16;
    return {
      number: this.#size++,
      endpoint,
      field,
      isNamed: namesSomebody(field),
      behaviour: new Behaviour(most),
      halves: [new Behaviour(most / 4), new Behaviour(most / 4)],
      lines: new Uint32Array(this.#trials.length),
      origin: this.#sayings.origin(hash),
    };
  }

  /** A name that holds a canary is a sighting, and another in each trial. */
  #ask({ id }: TrialRecord, { exchange: { host, direction }, line, sightings }: Heard): void {
    if (host === '' || direction !== 'up' || sightings.length > 0) return;
    const known = this.#asked.get(host);
    if (known === undefined && this.#asked.size >= MOST_FIELDS) return;
    const lines = known ?? new Uint32Array(this.#trials.length);
    if (known === undefined) this.#asked.set(host, lines);
    const at = this.#places.get(id) ?? 0;
    if (lines[at] === 0) lines[at] = line;
  }

  /** `name`: a recipient's host, or an endpoint written out, which holds a blank. */
  #note(
    name: string,
    kind: Present['kind'],
    endpoint: Endpoint,
    { id }: TrialRecord,
    line: number,
  ): void {
    const known = this.#present.get(name);
    if (known === undefined && this.#present.size >= MOST_FIELDS) return;
    const present = known ?? { kind, endpoint, lines: new Uint32Array(this.#trials.length) };
    if (known === undefined) this.#present.set(name, present);
    const at = this.#places.get(id) ?? 0;
    if (present.lines[at] === 0) present.lines[at] = line;
  }
}

/** Which fields there are, whatever their order and number: one number, since most requests have a dozen. */
function signatureOf(values: readonly SentValue[]): number {
  let signature = 0;
  const seen = new Set<string>();
  for (const { field } of values) {
    if (seen.has(field)) continue;
    seen.add(field);
    signature = (signature + (hashOf(field) % 2 ** 32)) >>> 0;
  }
  return signature;
}

/** A value on its way out; `canary`: the part of the path it stands in holds one. */
type SentValue = FieldValue & { readonly canary?: boolean };

/** More fields than that are not told apart; the first of them are followed more closely than the rest. */
const MOST_FIELDS = 20_000;
const FULL_FIELDS = 2_000;
