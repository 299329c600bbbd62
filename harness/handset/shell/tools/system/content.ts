import type { Belongings, Row, Table } from '../../../phone/owner/belongings.ts';
import type { Answer, Call, Toolbox } from '../../tool.ts';
import { DONE, failed, unknown } from '../../tool.ts';

/** `content query|insert|delete --uri URI`: the phone's contacts, messages and calls, as the shell reaches them. */
export const contentTools: Toolbox = {
  content: (call) => {
    const [verb = '', ...args] = call.args;
    const uri = valuesOf(args, '--uri')[0] ?? '';
    const source = SOURCES.find(({ at }) => at.test(uri));
    if (!source) return `Error while accessing provider:${uri.replace(/^content:\/\//, '')}\n`;
    const act = VERBS.get(verb);
    return act ? act(call, source, args) : unknown(`[ERROR] Unsupported argument: ${verb}`);
  },
};

/** A provider's table: where it is, and its columns by our names. */
interface Source {
  readonly at: RegExp;
  readonly table: Table;
  readonly columns: Readonly<Record<string, string>>;
  /** Holds for every row seen or made there. */
  readonly fixed: Readonly<Record<string, string>>;
}

const SMS = { address: 'number', body: 'text', date: 'time', _id: 'id' };
const CALLS = { number: 'number', date: 'time', duration: 'duration', _id: 'id' };
const SOURCES: readonly Source[] = [
  { at: /^content:\/\/sms\/inbox$/, table: 'messages', columns: SMS, fixed: { box: 'inbox' } },
  { at: /^content:\/\/sms\/sent$/, table: 'messages', columns: SMS, fixed: { box: 'sent' } },
  { at: /^content:\/\/sms\/?$/, table: 'messages', columns: SMS, fixed: {} },
  { at: /^content:\/\/call_log\/calls$/, table: 'calls', columns: CALLS, fixed: {} },
  {
    at: /^content:\/\/com\.android\.contacts\/(raw_contacts|data|contacts|data\/phones)$/,
    table: 'contacts',
    columns: { _id: 'id', display_name: 'name', data1: 'number' },
    fixed: {},
  },
  {
    at: /^content:\/\/com\.android\.email\.provider\/message$/,
    table: 'mail',
    columns: { _id: 'id', fromList: 'address', subject: 'subject', snippet: 'text' },
    fixed: { box: 'inbox' },
  },
  {
    at: /^content:\/\/media\/external\/images\/media$/,
    table: 'photos',
    columns: { _id: 'id', _data: 'path', _display_name: 'name' },
    fixed: {},
  },
];

type Verb = (call: Call, source: Source, args: readonly string[]) => Answer;

const VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['query', query],
  ['insert', insert],
  ['delete', remove],
]);

function query({ phone }: Call, source: Source, args: readonly string[]): Answer {
  const wanted = valuesOf(args, '--projection').flatMap((names) => names.split(':'));
  const kept = phone.belongings.rows(source.table);
  const drafts = source.table === 'contacts' ? phone.belongings.drafts() : [];
  const rows = [...kept, ...drafts.map((id): Row => new Map([['id', id]]))].filter((row) =>
    within(row, source, args),
  );
  if (rows.length === 0) return 'No result found.\n';
  const columns = wanted.length > 0 ? wanted : Object.keys(source.columns);
  return rows
    .map((row, at) => {
      const cells = columns.map((name) => `${name}=${cell(row, source, name) ?? 'NULL'}`);
      return `Row: ${at} ${cells.join(', ')}\n`;
    })
    .join('');
}

/**
 * A contact is made in three steps on Android: a raw contact, its name, its number; it is there with its number. The
 * rows in between are kept apart until then.
 */
function insert({ phone }: Call, source: Source, args: readonly string[]): Answer {
  const bound = new Map(
    valuesOf(args, '--bind').map((binding): [string, string] => {
      const [, column = '', value = ''] = /^([^:]*):[a-z]:([^]*)$/.exec(binding) ?? [];
      return [column, value];
    }),
  );
  if (source.table === 'contacts') return contact(phone.belongings, bound);
  const named = [...bound].map(([column, value]): [string, string] => [
    source.columns[column] ?? column,
    value,
  ]);
  const type = bound.get('type');
  const inbound = source.table === 'calls' ? type === '1' || type === '3' : type === '1';
  phone.belongings.add(source.table, {
    time: String(phone.clock.now()),
    ...Object.fromEntries(named),
    ...(source.table === 'calls' && { direction: inbound ? 'in' : 'out' }),
    ...(source.table === 'messages' && { box: inbound ? 'inbox' : 'sent' }),
    ...source.fixed,
  });
  return DONE;
}

function contact(belongings: Belongings, bound: ReadonlyMap<string, string>): Answer {
  const raw = bound.get('raw_contact_id');
  const mime = bound.get('mimetype') ?? '';
  if (raw === undefined) {
    belongings.begin();
    return DONE;
  }
  const value = bound.get('data1') ?? '';
  if (mime.endsWith('/name')) belongings.draft(raw, { name: value });
  else if (mime.endsWith('/phone_v2')) belongings.draft(raw, { number: value });
  else return failed(`Error while accessing provider: unknown mimetype ${mime}`);
  return DONE;
}

function remove({ phone }: Call, source: Source, args: readonly string[]): Answer {
  phone.belongings.remove(source.table, (row) => within(row, source, args));
  return DONE;
}

/** Of `--where` only `column='value'` is understood; anything else holds for no row. */
function within(row: Row, source: Source, args: readonly string[]): boolean {
  const fixed = Object.entries(source.fixed).every(([name, value]) => row.get(name) === value);
  const [where] = valuesOf(args, '--where');
  if (where === undefined) return fixed;
  const [, column = '', value = ''] = /^\s*(\w+)\s*=\s*'?([^']*)'?\s*$/.exec(where) ?? [];
  return fixed && column !== '' && cell(row, source, column) === value;
}

function cell(row: Row, source: Source, column: string): string | undefined {
  return row.get(source.columns[column] ?? column);
}

function valuesOf(args: readonly string[], flag: string): string[] {
  return args.filter((_, at) => args[at - 1] === flag);
}
