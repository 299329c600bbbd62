import { run } from '../../lib/children.ts';
import type { Finished } from '../../lib/children.ts';
import type { AppRequest } from '../phone/phone.ts';
import { MAX_BYTES } from './response.ts';

export interface CurlWay {
  /** A loopback port: a proxy, or a door behind which every host of the world is. Null: the network it is in. */
  readonly port: number | null;
  readonly proxied: boolean;
  /** PEM file of everything that is believed. */
  readonly store: string;
  /** An empty folder: keeps this machine's own certificates out. */
  readonly emptyFolder: string;
  readonly timeoutMs: number;
  /** The port on the phone's side; null: whichever. */
  readonly from: number | null;
}

/**
 * One request with curl, which like a phone's TLS sends the alert when it refuses a certificate (Node does not).
 * Stdout is the raw response, heads included; stderr is `<CONNECT status> <verify result>`.
 */
export async function curl(
  request: AppRequest,
  way: CurlWay,
  signal?: AbortSignal,
): Promise<Finished> {
  return await run('curl', [...argumentsFor(request, way), '--url', request.url], {
    // No proxy of this machine's environment, no .curlrc of its user.
    env: { PATH: '/usr/bin:/bin' },
    ...(request.body && { input: request.body }),
    timeoutMs: way.timeoutMs + 5000,
    maxBytes: MAX_BYTES + 2 ** 20,
    ...(signal && { signal }),
  });
}

function argumentsFor({ method, headers, body }: AppRequest, way: CurlWay): string[] {
  return [
    ...['-q', '--silent', '--http1.1', '--globoff', '--path-as-is', '--no-location'],
    ...['--proto', '=http,https', '--suppress-connect-headers'],
    ...(way.proxied
      ? ['--noproxy', '', '--proxy', `http://127.0.0.1:${String(way.port)}`]
      : ['--noproxy', '*']),
    ...(way.proxied || way.port === null
      ? []
      : ['--connect-to', `::127.0.0.1:${String(way.port)}`]),
    ...(way.from === null ? [] : ['--local-port', String(way.from)]),
    ...['--cacert', way.store, '--capath', way.emptyFolder],
    ...['--max-time', String(way.timeoutMs / 1000), '--max-filesize', String(MAX_BYTES)],
    ...['--include', '--write-out', '%{stderr}%{http_connect} %{ssl_verify_result}'],
    ...['--user-agent', '', '--header', 'Expect:', '--header', 'Accept:'],
    ...(body ? ['--data-binary', '@-'] : []),
    ...(body && !has(headers, 'content-type') ? ['--header', 'Content-Type:'] : []),
    // curl writes a header without a value only when it ends in a semicolon.
    ...headers.flatMap(([name, value]) => [
      '--header',
      value === '' ? `${name};` : `${name}: ${value}`,
    ]),
    ...(body || method === 'GET' ? [] : ['--request', method]),
  ];
}

function has(headers: AppRequest['headers'], wanted: string): boolean {
  return headers.some(([name]) => name.toLowerCase() === wanted);
}
