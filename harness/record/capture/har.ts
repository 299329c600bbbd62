import { z } from 'zod';
import type { Exchange } from '../exchange.ts';
import { exchangeSchema } from '../exchange.ts';

/** A HAR 1.2 entry as far as it is searched; what is missing or of another kind is empty. */
const text = z.string().catch('');
const pairs = z
  .array(z.object({ name: text, value: text }).catch({ name: '', value: '' }))
  .catch([]);
const cookies = pairs;
const params = z
  .array(
    z.object({ name: text, value: text, fileName: text, contentType: text }).catch({
      name: '',
      value: '',
      fileName: '',
      contentType: '',
    }),
  )
  .catch([]);
/** What was on the wire, as far as the exporter says; -1: it does not know. */
const size = z.number().catch(0);
const content = z
  .object({ text, encoding: text, _encoding: text, mimeType: text, params, size })
  .catch({ text: '', encoding: '', _encoding: '', mimeType: '', params: [], size: 0 });
const entrySchema = z.object({
  startedDateTime: text,
  request: z.object({
    method: text,
    url: text,
    httpVersion: text,
    headers: pairs,
    cookies,
    queryString: pairs,
    postData: content,
    bodySize: size,
  }),
  response: z
    .object({ status: z.number().catch(0), headers: pairs, cookies, content, redirectURL: text })
    .catch({ status: 0, headers: [], cookies: [], content: content.parse({}), redirectURL: '' }),
  _webSocketMessages: z
    .array(
      z
        .object({ type: text, opcode: z.number().catch(1), data: text })
        .catch({ type: '', opcode: 1, data: '' }),
    )
    .catch([]),
});
type Entry = z.output<typeof entrySchema>;
type Headers = [string, string][];

/** The exchanges of one entry: the request with its response, and each WebSocket message. Null: it is no entry. */
export function exchangesOfEntry(json: unknown): Exchange[] | null {
  const parsed = entrySchema.safeParse(json);
  if (!parsed.success) return null;
  const { request, response, _webSocketMessages: messages } = parsed.data;
  const requestHeaders = withCookies(request.headers, 'cookie', request.cookies);
  const url = withQuery(request.url, request.queryString);
  const host = hostOf(url, requestHeaders);
  const at = Date.parse(parsed.data.startedDateTime);
  const asked = bodyOf(request.postData, requestHeaders);
  const answered = bodyOf(response.content, []);
  const main = exchangeSchema.parse({
    host,
    at: Number.isFinite(at) ? at : null,
    method: request.method,
    url,
    requestHeaders,
    requestBody: asked,
    status: response.status,
    responseHeaders: undeclared(withCookies(response.headers, 'set-cookie', response.cookies)),
    responseBody: answered,
    // Exporters leave bodies out, and say only how long they were.
    truncated: {
      request: isBroken(request.postData) || (asked === null && request.bodySize > 0),
      response: isBroken(response.content) || (answered === null && response.content.size > 0),
    },
  });
  return [main, ...messages.map((message) => frame(message, host))];
}

function frame(
  { type, opcode, data }: Entry['_webSocketMessages'][number],
  host: string,
): Exchange {
  const packed = opcode === 2 && isBase64(data);
  const bytes = Buffer.from(data, packed ? 'base64' : 'utf8');
  return exchangeSchema.parse({
    kind: 'websocket',
    direction: type === 'receive' ? 'down' : 'up',
    host,
    requestBody: { base64: bytes.toString('base64') },
    // Bytes that an exporter spoilt are searched as they stand, and are not all that was sent.
    truncated: { request: opcode === 2 && !packed, response: false },
  });
}

/** Marked as base64, and none. */
function isBroken({ text: given, encoding, _encoding }: z.output<typeof content>): boolean {
  return [encoding, _encoding].includes('base64') && !isBase64(given);
}

/** Either alphabet, broken into lines or not, with its padding or without. */
function isBase64(given: string): boolean {
  const letters = given.replace(/[\s=]/g, '');
  return letters.length % 4 !== 1 && !/[^A-Za-z0-9+/_-]/.test(letters);
}

/**
 * A HAR holds text. Bytes stand in it as base64, marked so, or as one character a byte; fields of a form may be given
 * only as a list.
 */
function bodyOf(given: z.output<typeof content>, headers: Headers): { base64: string } | null {
  const marked = [given.encoding, given._encoding].includes('base64');
  if (given.text === '') {
    const fields = given.params.filter(
      ({ name, value, fileName }) => name + value + fileName !== '',
    );
    if (fields.length === 0) return null;
    const form = fields.map(({ name, value, fileName }) =>
      [name, value + (fileName === '' ? '' : ` ${fileName}`)]
        .map((one) => encodeURIComponent(one.toWellFormed()))
        .join('='),
    );
    return { base64: Buffer.from(form.join('&')).toString('base64') };
  }
  if (marked && isBase64(given.text))
    return { base64: Buffer.from(given.text, 'base64').toString('base64') };
  const narrow = /^[\0-\xff]*$/.test(given.text) && /[\x80-\xff]/.test(given.text);
  const binary =
    /[\0-\x08\x0e-\x1f]/.test(given.text) ||
    headers.some(([name]) => /^content-encoding$/i.test(name));
  return {
    base64: Buffer.from(given.text, narrow && binary ? 'latin1' : 'utf8').toString('base64'),
  };
}

/** A HAR's response content is decoded already, whatever its headers say: known codings are not undone again. */
function undeclared(headers: Headers): Headers {
  return headers.filter(([name, value]) => {
    const codings = value.split(',').map((coding) => coding.trim().toLowerCase());
    return name.toLowerCase() !== 'content-encoding' || !codings.every((one) => CODINGS.has(one));
  });
}

const CODINGS: ReadonlySet<string> = new Set([
  'gzip',
  'x-gzip',
  'deflate',
  'br',
  'zstd',
  'identity',
  '',
]);

function withCookies(
  headers: z.output<typeof pairs>,
  name: string,
  given: z.output<typeof cookies>,
): Headers {
  const all: Headers = headers.map(({ name: one, value }) => [one, value]);
  // Some exporters keep cookies in their own list only.
  if (given.length === 0 || all.some(([one]) => one.toLowerCase() === name)) return all;
  return [
    ...all,
    ...given.map((cookie): [string, string] => [name, `${cookie.name}=${cookie.value}`]),
  ];
}

function withQuery(url: string, query: z.output<typeof pairs>): string {
  if (url.includes('?') || query.length === 0) return url;
  const asked = query.map(({ name, value }) =>
    [name, value].map((one) => encodeURIComponent(one.toWellFormed())).join('='),
  );
  return `${url}?${asked.join('&')}`;
}

/** From the address, else from the Host header: relative addresses occur. */
function hostOf(url: string, headers: Headers): string {
  const named = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)/i.exec(url)?.[1];
  const header = headers.find(([name]) => /^(?:host|:authority)$/i.test(name))?.[1];
  return (named ?? header?.replace(/:\d+$/, '') ?? '').toLowerCase();
}
