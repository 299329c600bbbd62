/** The last word of a field's place: "distinct_id" of "data_list.$[].distinct_id", "cookie[sid]" as it is. */
export function lastWord(field: string): string {
  if (/^(?:header|cookie|path)\[[^\]]*\]$/.test(field)) return field;
  return field.match(/[^.[\]:"]+/g)?.at(-1) ?? field;
}

/** Whether a field goes by a name under which SDKs send who or what the sender is, however short its values are. */
export function namesSomebody(field: string): boolean {
  return IDENTIFIERS.has(lastWord(field).toLowerCase());
}

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
  'imsi',
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
]);
