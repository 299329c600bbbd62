import type { Stamp } from '../../record/stamp.ts';
import type { Evidence, Verdict } from '../verdicts/shape.ts';

const WIDTH = 78;

/** A line with the device's stamp in its right column; a phone has none. */
export function stamped(line: string, stamp: Stamp, width = WIDTH): string {
  return stamp === '' ? line : `${line.padEnd(width - stamp.length - 1)} ${stamp}`;
}

/** "mode incognito, enhanced incognito on". */
export function inWords(condition: Readonly<Record<string, string>>): string {
  const levels = Object.entries(condition).map(([factor, level]) => `${factor} ${level}`);
  return levels.length === 0 ? 'nothing varied' : levels.join(', ');
}

export function onDevice(row: Verdict): string {
  return `${row.device} · ${row.rom} · ${row.browser} ${row.appVersion}`;
}

/** Whether something was told of the browser that a verdict is about; an older one names its phone alone. */
export function isOf({
  device,
  browserName,
}: Pick<Verdict, 'device' | 'browserName'>): (one: {
  readonly device: string;
  readonly browser: string;
}) => boolean {
  return (one) => one.device === device && ['', one.browser].includes(browserName);
}

export function percent(rate: number): string {
  return `${Math.round(rate * 100)} %`;
}

/** "97.2 %", rounded down: a share of bytes of which none is to be rounded away. */
export function share(part: number): string {
  return `${(Math.floor(part * 1000 + 1e-9) / 10).toFixed(1)} %`;
}

/** "640 B", "2.1 kB", "3.4 MB". */
export function bytes(count: number): string {
  if (count < 1000) return `${Math.round(count)} B`;
  return count < 1e6 ? `${(count / 1000).toFixed(1)} kB` : `${(count / 1e6).toFixed(1)} MB`;
}

/** "72–100 %", "−27 to 27 %". */
export function range([low, high]: readonly [number, number]): string {
  if (low < 0) return `${Math.round(low * 100)} to ${percent(high)}`.replaceAll('-', '−');
  return `${Math.round(low * 100)}–${percent(high)}`;
}

/** One significant digit below 0.01, two decimals above; never 0. */
export function pValue(p: number): string {
  if (p >= 0.995) return 'p = 1';
  if (p >= 0.01) return `p = ${p.toFixed(2)}`;
  const short = Number(p.toPrecision(1));
  return `p = ${short.toFixed(Math.round(-Math.log10(short) + 0.49))}`;
}

/** "1 void (beacon missing)"; empty when none is. */
export function voids({ void: count, voidReasons }: Pick<Verdict, 'void' | 'voidReasons'>): string {
  if (count === 0) return '';
  const said = voidReasons.map(({ reason, count: n }) =>
    n === 1 ? reason : `${reason}, ${n} times`,
  );
  return `${count} void (${said.slice(0, 3).join('; ')})`;
}

/** "POST /sa, body › form data_list › base64 › gzip › json $[1].properties.url". */
export function placeOf({ request, where, wrappings, form, share }: Evidence): string {
  const [method = '', url = ''] = request.split(/ (.*)/s);
  const path = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '') || '/';
  const place = where
    .replace(/^request\.(?:url\.)?/, '')
    .replace(/^(query|header|trailer)\[(.*)\]$/s, '$1 $2');
  const layers = wrappings.map((name) => name.replace(/^(form|json):/, '$1 '));
  const much = share === undefined ? '' : `: ${share}`;
  const as = form === 'exact' ? '' : ` (as ${form}${much})`;
  return `${method} ${path}, ${[place, ...layers].join(' › ')}${as}`;
}

/** A word as it can be typed after `--seed`. */
export function typed(word: string): string {
  return /^[\w.:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export function capital(answer: Verdict['answer']): string {
  return answer.toUpperCase();
}
