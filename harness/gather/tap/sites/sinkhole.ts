import type { Page } from './pages.ts';

interface Row {
  /** What is answered, and from where its form is known. */
  readonly what: string;
  readonly host: RegExp;
  readonly path: RegExp;
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
}

const JSON_TYPE = 'application/json';
const MIUI = /(^|\.)(miui|xiaomi)\.com$/;

/**
 * What a sinkhole says in place of servers, so that apps go on as they would: reports are taken, checks hold. Every
 * such answer is marked fabricated. A OneTrack key cannot be had without the maker's own: its app asks again.
 */
const ROWS: readonly Row[] = [
  { what: 'Sensors Analytics: taken', host: MIUI, path: /^\/sa$/, ...json({ code: 0 }) },
  {
    what: 'Sensors Analytics: nothing new',
    host: MIUI,
    path: /^\/config\/Android\.conf$/,
    ...text(404),
  },
  {
    what: 'mistat v3',
    host: MIUI,
    path: /^\/mistats\/v3$/,
    ...json({ msg: 'write to xlogger success', code: '200' }),
  },
  {
    what: 'mistat',
    host: MIUI,
    path: /^\/mistats(\/v2)?$/,
    ...json({ status: 'ok', data: { delay: 0, configVersion: 0 } }),
  },
  {
    what: 'OneTrack: ask for a key again',
    host: MIUI,
    path: /^\/track\/key_get$/,
    ...json({ code: -3 }),
  },
  { what: 'OneTrack: taken', host: MIUI, path: /^\/track\/v\d/, ...json({ code: 0 }) },
  {
    what: 'captive portal check (Android, MIUI)',
    host: /./,
    path: /^\/(generate|gen)_204$/,
    ...text(204),
  },
  {
    what: 'captive portal check (Firefox)',
    host: /^detectportal\.firefox\.com$/,
    path: /^\/success\.txt$/,
    ...text(200, 'success\n'),
  },
  {
    // RFC 6960 §4.2.1: OCSPResponse with responseStatus tryLater (3).
    what: 'OCSP: try later',
    host: /^(ocsp|o|r\d+\.o)[.-]/,
    path: /./,
    status: 200,
    type: 'application/ocsp-response',
    body: Buffer.from('30030a0103', 'hex'),
  },
];

/** The answer to anything: that of the first row that fits, else "not there" to who asks and "taken" to who tells. */
export function sunk(method: string, url: string): Page {
  const at = URL.parse(url);
  const row = ROWS.find(({ host, path }) => at && host.test(at.hostname) && path.test(at.pathname));
  const asks = method === 'GET' || method === 'HEAD';
  const { status, type, body } = row ?? (asks ? text(404) : json({}));
  const bytes = Buffer.from(body);
  return {
    status,
    headers: [
      ['Content-Type', type],
      ...(status === 204 ? [] : [['Content-Length', String(bytes.length)] as const]),
      ['Cache-Control', 'no-store'],
    ],
    body: bytes,
  };
}

function json(value: unknown): Pick<Row, 'status' | 'type' | 'body'> {
  return { status: 200, type: JSON_TYPE, body: JSON.stringify(value) };
}

function text(status: number, body = ''): Pick<Row, 'status' | 'type' | 'body'> {
  return { status, type: 'text/plain', body };
}
