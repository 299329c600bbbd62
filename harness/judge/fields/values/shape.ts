/** What a value looks like, from its characters alone. */
export type Shape = (typeof SHAPES)[number];

export const SHAPES = [
  'empty',
  'flag',
  'number',
  'uuid',
  'hex',
  'base64',
  'date',
  'address',
  'e-mail',
  'version',
  'url',
  'text',
] as const;

/** The first row that fits; every pattern is linear in the value, which is at most 256 characters long. */
const ROWS: readonly (readonly [Shape, (value: string) => boolean])[] = [
  ['empty', (value) => value === ''],
  ['flag', fits(/^(?:true|false|yes|no|on|off|null|none|NULL)$/i)],
  ['number', fits(/^-?\d{1,20}(?:\.\d{1,18})?$/)],
  ['uuid', fits(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i)],
  ['hex', (value) => isHex(value)],
  [
    'date',
    fits(
      /^\d{4}-?[01]\d-?[0-3]\d(?:[T ][0-2]\d:?[0-5]\d(?::?[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/,
    ),
  ],
  [
    'address',
    fits(/^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7})(?:\/\d{1,3})?$/i),
  ],
  ['e-mail', fits(/^[^\s@/]{1,64}@[^\s@/]{1,120}\.[a-z]{2,24}$/i)],
  ['version', fits(/^[vV]?\d{1,9}(?:[._]\d{1,9}){1,6}(?:[._-][A-Za-z0-9]{1,20}){0,4}$/)],
  ['url', fits(/^[a-z][a-z0-9+.-]{1,20}:\/\/\S/i)],
  ['base64', (value) => /^[A-Za-z0-9+/_-]{16,}={0,2}$/.test(value) && looksDrawn(value)],
];

export function shapeOf(value: string): Shape {
  return ROWS.find(([, test]) => test(value))?.[0] ?? 'text';
}

/**
 * Whether a value of this shape has the room to single out one phone or person among all: random text, or nine digits
 * and more. What is the same on every phone may look so, too; its class says which it is.
 */
export function couldIdentify(value: string, shape: Shape): boolean {
  if (shape === 'hex') return value.replaceAll(/[^0-9a-f]/gi, '').length >= 12;
  if (shape === 'number') return /^-?\d{9,20}$/.test(value);
  return shape === 'uuid' || shape === 'base64' || shape === 'e-mail';
}

/** What stands for a part of a path, or a key, that names one thing among many: "{uuid}"; null for a word. */
export function maskOf(part: string): string | null {
  const shape = shapeOf(part);
  if (shape === 'number' && /^\d+$/.test(part)) return '{number}';
  if (shape === 'version' && /^[vV]\d+$/.test(part)) return null;
  return MASKED.has(shape) ? `{${shape}}` : null;
}

/** Milliseconds since the epoch that a value may stand for: seconds to nanoseconds, or a date; null for any other. */
export function timeIn(value: string, shape: Shape): number | null {
  if (shape === 'date') {
    const at = Date.parse(value.replace(' ', 'T'));
    return Number.isNaN(at) ? null : at;
  }
  if (shape !== 'number' || value.startsWith('-')) return null;
  const whole = value.split('.')[0] ?? '';
  // 2001 to 2286 has ten digits in seconds.
  const scale = [10, 13, 16, 19].indexOf(whole.length);
  return scale < 0 ? null : Number(value) * 1000 ** (1 - scale);
}

/** Letters as people make words of them: neither digits among them nor a long run without a vowel. */
export function isWordy(part: string): boolean {
  return (
    !/\d.*\d/.test(part) &&
    !/[^aeiouy\W\d_]{6,}/i.test(part) &&
    !/^[^aeiouy]{5,}$/i.test(part) &&
    !looksDrawn(part)
  );
}

const MASKED: ReadonlySet<Shape> = new Set([
  'uuid',
  'hex',
  'base64',
  'date',
  'address',
  'e-mail',
  'version',
]);

function fits(pattern: RegExp): (value: string) => boolean {
  return (value) => pattern.test(value);
}

/** Hex digits with at least one figure among them, since "facade" is a word; MAC addresses as well. */
function isHex(value: string): boolean {
  if (/^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(value)) return true;
  return /^(?=.*\d)(?:[0-9a-f]{8,}|[0-9A-F]{8,})$/.test(value);
}

/** Drawn characters change between cases and figures all the time; names in camel case seldom do. */
function looksDrawn(value: string): boolean {
  let changes = 0;
  let before = '';
  for (const sign of value.slice(0, 64)) {
    const kind = /[a-z]/.test(sign) ? 'a' : /[A-Z]/.test(sign) ? 'A' : /\d/.test(sign) ? '1' : '-';
    // A capital that begins a word is no change of its own.
    const begins = before === 'A' && kind === 'a';
    if (kind !== before && kind !== '-' && before !== '' && !begins) changes++;
    if (kind !== '-') before = kind;
  }
  return changes * 4 >= Math.min(value.length, 64) && value.length >= 16;
}
