/** One identifier seen in one exchange that the phone sent. */
export interface Occurrence {
  readonly device: string;
  readonly trial: string;
  readonly exchange: string;
  readonly host: string;
  /** Its place with array indices left out: "data_list.[].distinct_id". */
  readonly field: string;
  readonly value: string;
}

/** The last word of a field's place, when it is one that names a person, a phone or an installation. */
export function identifierIn(place: string): string | null {
  const last = place.match(/[^.[\]:"]+/g)?.at(-1) ?? '';
  return IDENTIFIERS.has(last.toLowerCase()) ? last : null;
}

/**
 * How a field behaves over the ladder that this run has: requests within a trial, and data cleared between trials.
 * It never says more than that: what outlives cleared data may be constant for all phones or burnt into this one.
 */
export function classesOf(occurrences: readonly Occurrence[]): ReadonlyMap<string, string> {
  const fields = new Map<string, Occurrence[]>();
  for (const one of occurrences) {
    const key = fieldKey(one);
    fields.set(key, [...(fields.get(key) ?? []), one]);
  }
  return new Map([...fields].map(([key, all]) => [key, behaviour(all)]));
}

export function fieldKey({
  device,
  host,
  field,
}: Pick<Occurrence, 'device' | 'host' | 'field'>): string {
  return JSON.stringify([device, host, field]);
}

function behaviour(all: readonly Occurrence[]): string {
  const values = new Set(all.map(({ value }) => value));
  const trials = groups(all, ({ trial }) => trial);
  const exchanges = new Set(all.map(({ trial, exchange }) => `${trial} ${exchange}`));
  if (exchanges.size === 1) return 'seen once: undetermined';
  if (values.size === 1) {
    return trials.length === 1
      ? 'constant or per-install: undetermined'
      : 'constant or hardware: undetermined';
  }
  const stable = trials.every((trial) => new Set(trial.map(({ value }) => value)).size === 1);
  const repeated = trials.some((trial) => new Set(trial.map(({ exchange }) => exchange)).size > 1);
  const fresh = values.size === trials.length;
  if (stable && fresh) return repeated ? 'per-install' : 'per-install or per-request: undetermined';
  if (values.size === exchanges.size) return 'per-request';
  return 'varying: undetermined';
}

function groups<Item>(items: readonly Item[], by: (item: Item) => string): Item[][] {
  const grouped = new Map<string, Item[]>();
  for (const item of items) grouped.set(by(item), [...(grouped.get(by(item)) ?? []), item]);
  return [...grouped.values()];
}

/** Names under which SDKs send identifiers, in lower case. */
const IDENTIFIERS: ReadonlySet<string> = new Set([
  'distinct_id',
  'anonymous_id',
  'original_id',
  'login_id',
  'uuid',
  '$device_id',
  'device_id',
  'deviceid',
  'android_id',
  'androidid',
  'imei',
  'oaid',
  'gaid',
  'adid',
  'aaid',
  'idfa',
  'instance_id',
  'uid',
  'userid',
  'user_id',
  'account',
  'mac',
  'serial',
  'cookie',
]);
