import type { AppResponse, Network } from '../../phone/phone.ts';
import type { Embedded, Page } from './page.ts';

/** How a page load ended: the document at its last address, or an error in Chromium's words. */
export type Loaded =
  | {
      readonly ok: true;
      readonly url: string;
      readonly page: Page;
      /** The document's bytes. */
      readonly body: Buffer;
      /** Set when it is nothing that a browser shows: it is to be kept instead. */
      readonly file: Buffer | undefined;
    }
  | { readonly ok: false; readonly url: string; readonly error: string };

/** Who asks: what a WebView of 2020 says about itself with every request. */
export interface Visitor {
  readonly package: string;
  readonly userAgent: string;
  readonly acceptLanguage: string;
}

/**
 * Loads a page with real requests through the phone's network: document, redirects, then what it embeds. No
 * JavaScript runs. A part that fails is left out, as browsers do; only the document decides how the load ended.
 * Without `whole` nothing but the document is fetched: a download.
 */
export async function loadPage(
  address: string,
  visitor: Visitor,
  network: Network,
  signal: AbortSignal,
  { whole = true }: { readonly whole?: boolean } = {},
): Promise<Loaded> {
  const got = await fetchDocument(address, visitor, network, signal);
  if (!got.ok) return got;
  const { url, response } = got;
  const type = headerOf(response, 'content-type') ?? 'text/html';
  const page = /html|xml/iu.test(type)
    ? await readDocument(decode(response.body, type), url)
    : { title: '', text: '', embedded: [] };
  await Promise.all(
    (whole ? page.embedded : []).map((part) =>
      network.fetch(
        {
          package: visitor.package,
          method: 'GET',
          url: part.url,
          headers: partHeaders(part, url, visitor),
        },
        signal,
      ),
    ),
  );
  return {
    ok: true,
    url,
    page: { ...page, title: page.title === '' ? url : page.title },
    body: response.body,
    file: attached(response, type) ? response.body : undefined,
  };
}

/** Its parser comes with the first document: a phone that opens none goes without. */
async function readDocument(html: string, url: string): Promise<Page> {
  const { readPage } = await import('./page.ts');
  return readPage(html, url);
}

/** What browsers of 2020 hand to their download list: what is sent as an attachment, and what they cannot draw. */
function attached(response: Answered, type: string): boolean {
  const disposition = headerOf(response, 'content-disposition') ?? '';
  return /^\s*attachment/iu.test(disposition) || !/^(text|image)\/|html|xml|json/iu.test(type);
}

type Answered = Extract<AppResponse, { ok: true }>;

const MOST_REDIRECTS = 5;

async function fetchDocument(
  address: string,
  visitor: Visitor,
  network: Network,
  signal: AbortSignal,
): Promise<
  { ok: true; url: string; response: Answered } | { ok: false; url: string; error: string }
> {
  let url = address;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    if (!/^https?:/iu.test(url)) return { ok: false, url, error: 'net::ERR_UNKNOWN_URL_SCHEME' };
    const headers = documentHeaders(visitor);
    const sent = url.replace(/#.*$/su, '');
    // Each hop is asked for where the one before pointed.
    const response = await network.fetch(
      { package: visitor.package, method: 'GET', url: sent, headers },
      signal,
    );
    if (!response.ok) return { ok: false, url, error: response.error };
    const location = REDIRECTS.has(response.status) ? headerOf(response, 'location') : undefined;
    if (location === undefined) {
      const refused = response.status >= 400 && response.body.length === 0;
      return refused
        ? { ok: false, url, error: 'net::ERR_HTTP_RESPONSE_CODE_FAILURE' }
        : { ok: true, url, response };
    }
    const next = URL.parse(location, url);
    if (!next) return { ok: false, url, error: 'net::ERR_INVALID_REDIRECT' };
    url = next.href;
  }
  return { ok: false, url, error: 'net::ERR_TOO_MANY_REDIRECTS' };
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function documentHeaders(visitor: Visitor): (readonly [string, string])[] {
  return [
    ['Upgrade-Insecure-Requests', '1'],
    ['User-Agent', visitor.userAgent],
    [
      'Accept',
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,image/apng,*/*;q=0.8',
    ],
    ['X-Requested-With', visitor.package],
    ['Accept-Encoding', 'gzip, deflate'],
    ['Accept-Language', visitor.acceptLanguage],
  ];
}

function partHeaders(
  { kind, url }: Embedded,
  page: string,
  visitor: Visitor,
): (readonly [string, string])[] {
  // The referrer rule of 2020: the whole address, except from https to http.
  const referer =
    page.startsWith('https:') && url.startsWith('http:')
      ? []
      : [['Referer', page.replace(/#.*$/su, '')] as const];
  return [
    ['User-Agent', visitor.userAgent],
    ['Accept', ACCEPT[kind]],
    ['X-Requested-With', visitor.package],
    ...referer,
    ['Accept-Encoding', 'gzip, deflate'],
    ['Accept-Language', visitor.acceptLanguage],
  ];
}

const ACCEPT: Readonly<Record<Embedded['kind'], string>> = {
  image: 'image/webp,image/apng,image/*,*/*;q=0.8',
  icon: 'image/webp,image/apng,image/*,*/*;q=0.8',
  style: 'text/css,*/*;q=0.1',
  script: '*/*',
};

function headerOf(response: Answered, name: string): string | undefined {
  return response.headers.find(([header]) => header.toLowerCase() === name)?.[1];
}

function decode(body: Buffer, type: string): string {
  const latin = /charset\s*=\s*"?(iso-8859-1|latin1|windows-1252)/iu.test(type);
  return new TextDecoder(latin ? 'windows-1252' : 'utf-8').decode(body.subarray(0, 2 ** 20));
}
