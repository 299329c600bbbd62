import { join } from 'node:path';
import { makeFolder, scratchFolder } from '../disk.ts';
import type { AppMessage, AppRequest, AppResponse, Network, Phone } from '../phone/phone.ts';
import type { Sockets } from '../phone/programs/sockets.ts';
import type { Settings } from '../phone/settings.ts';
import { again } from './again.ts';
import type { Bridge } from './bridge.ts';
import { openBridge } from './bridge.ts';
import { curl } from './curl.ts';
import { chromiumError } from './errors.ts';
import { carry } from './other/tell.ts';
import type { Way } from './proxy.ts';
import { wayOut } from './proxy.ts';
import { networkType } from './radio.ts';
import { readResponse } from './response.ts';
import { certificatesIn, storeFiles, trusted } from './trust.ts';
import { turns } from './turns.ts';

const AT_ONCE = 6;
const MOST_ACCEPTED = 1000;
const TIMEOUT_MS = 30_000;
const ABORTED: AppResponse = { ok: false, error: 'net::ERR_ABORTED' };
const INVALID: AppResponse = { ok: false, error: 'net::ERR_INVALID_URL' };

/**
 * How the apps of a reference handset reach the internet: through the phone's own proxy setting and adb reverse
 * rule, believing the phone's own store. What goes past the proxy goes to `past`: the world's door on loopback, or the
 * network that this program is in (`air`); where there is none it is refused. `note` is told of each. To be made when the store holds what the ROM ships, and
 * nothing yet that anybody added. Neither `fetch` nor `tell` rejects.
 */
export async function createNetwork(
  phone: Pick<Phone, 'rom' | 'files' | 'reverse'> & { readonly settings: Pick<Settings, 'get'> },
  {
    past,
    note = () => undefined,
    sockets,
  }: { past?: Past | undefined; note?: (what: string) => void; sockets?: Sockets } = {},
): Promise<Network & AsyncDisposable> {
  const scratch = await scratchFolder('leaklab-handset-');
  const emptyFolder = join(scratch.path, 'empty');
  makeFolder(emptyFolder);
  const shipped = certificatesIn(phone.files, phone.rom.systemStore);
  const storeFile = storeFiles(scratch.path);
  const turn = turns(AT_ONCE);
  const life = new AbortController();
  const open = new Set<Promise<AppResponse>>();
  let messages = 0;

  /** Hosts whose certificate curl has accepted, each with the way and the store that it was under. */
  const accepted = new Set<string>();

  const believed = ({ onlyShippedCa = false }: Pick<AppRequest, 'onlyShippedCa'>): string =>
    onlyShippedCa ? shipped : trusted(phone.files, phone.rom, shipped);

  /** Past the proxy, or a port of the phone that leads to it. */
  const leave = (direct: boolean, what: string): Way => {
    if (!direct) return wayOut(phone.settings, past === 'air');
    if (networkType(phone.settings) === 'NULL') return { error: 'net::ERR_INTERNET_DISCONNECTED' };
    note(what);
    if (past === undefined) return { error: 'net::ERR_CONNECTION_REFUSED' };
    return { port: past === 'air' ? null : past };
  };

  const bridgeTo = async (port: number | null, direct: boolean): Promise<Passage> =>
    direct || port === null ? passage(port) : await openBridge(phone.reverse, port);

  const send = async (request: AppRequest, signal: AbortSignal): Promise<AppResponse> => {
    using _ = await turn();
    if (unwanted(signal)) return ABORTED;
    const { direct = false } = request;
    const way = leave(direct, new URL(request.url).origin);
    if ('error' in way) return { ok: false, error: way.error };
    const certificates = believed(request);
    const store = storeFile(certificates);
    const plain = direct || way.port === null;
    const contact = plain ? null : contactOf(request, `${String(way.port)} ${store}`);
    if (contact !== null && way.port !== null && accepted.has(contact)) {
      const stream = await phone.reverse.connect(way.port).catch(() => null);
      const given = { trusted: certificates, timeoutMs: TIMEOUT_MS };
      const answer = stream && (await again(request, { ...given, stream }, signal));
      if (unwanted(signal)) return ABORTED;
      if (answer) return answer;
      accepted.delete(contact);
    }
    await using bridge = await bridgeTo(way.port, direct);
    using socket = bridge.port === null ? sockets?.open(request.package) : undefined;
    const { code, stdout, stderr } = await curl(
      request,
      {
        ...{ port: bridge.port, proxied: !plain, store },
        ...{ emptyFolder, timeoutMs: TIMEOUT_MS, from: socket?.port ?? null },
      },
      signal,
    );
    if (unwanted(signal)) return ABORTED;
    if (code === 0) {
      if (accepted.size >= MOST_ACCEPTED) accepted.clear();
      if (contact !== null) accepted.add(contact);
      return readResponse(stdout);
    }
    if (bridge.broken) return { ok: false, error: 'net::ERR_PROXY_CONNECTION_FAILED' };
    const [connectStatus = 0, verifyResult = 0] = stderr.split(' ').map(Number);
    return { ok: false, error: chromiumError(code, { connectStatus, verifyResult }) };
  };

  const speak = async (message: AppMessage, signal: AbortSignal): Promise<AppResponse> => {
    using _ = await turn();
    if (unwanted(signal)) return ABORTED;
    const direct = message.direct === true || message.as === 'dns' || message.as === 'quic';
    const way = leave(direct, `${message.as}://${message.host}`);
    if ('error' in way) return { ok: false, error: way.error };
    await using bridge = await bridgeTo(way.port, direct);
    const taken = {
      way: { port: bridge.port, proxied: !direct && way.port !== null },
      store: storeFile(believed(message)),
      nonce: String(messages++),
    };
    return await carry(message, taken, signal);
  };

  const held = async (
    start: (signal: AbortSignal) => Promise<AppResponse>,
    signal: AbortSignal | undefined,
  ): Promise<AppResponse> => {
    const sent = start(signal ? AbortSignal.any([signal, life.signal]) : life.signal);
    open.add(sent);
    try {
      return await sent;
    } finally {
      open.delete(sent);
    }
  };

  return {
    fetch: async (request, signal) =>
      sendable(request) ? await held((both) => send(request, both), signal) : INVALID,
    tell: async (message, signal) =>
      speakable(message) ? await held((both) => speak(message, both), signal) : INVALID,
    [Symbol.asyncDispose]: async () => {
      life.abort();
      await Promise.allSettled(open);
      await scratch[Symbol.asyncDispose]();
    },
  };
}

/** What goes past the proxy goes there. */
export type Past = number | 'air';

type Passage = Omit<Bridge, 'port'> & { readonly port: number | null };

/** The world's own door needs no bridge, nor does the air, and neither can break. */
function passage(port: number | null): Passage {
  return { port, broken: false, [Symbol.asyncDispose]: () => Promise.resolve() };
}

/**
 * A host with a name, spoken to over https, under all that its acceptance depends on; null for any other. A header
 * without a value is left to curl, which writes no space after its colon.
 */
function contactOf({ url, headers }: AppRequest, under: string): string | null {
  const { protocol, host, hostname } = new URL(url);
  const named = protocol === 'https:' && !/^[\d.]+$|^\[/.test(hostname);
  return named && headers.every(([, value]) => value !== '') ? `${under} ${host}` : null;
}

/** Asked anew each time: it changes while we wait. */
function unwanted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Addresses and headers come out of pages: nothing that could break out of a request line goes on. */
function sendable({ url, headers }: AppRequest): boolean {
  return (
    url.length <= 65_536 &&
    /^https?:\/\//i.test(url) &&
    URL.canParse(url) &&
    !/[\0-\x20\x7f]/.test(url) &&
    headersAreClean(headers)
  );
}

function speakable(message: AppMessage): boolean {
  const { host } = message;
  if (!/^[\w-]+(\.[\w-]+)*$/.test(host) || host.length > 253) return false;
  return 'path' in message
    ? !/[\0-\x20\x7f]/.test(message.path) && headersAreClean(message.headers)
    : true;
}

function headersAreClean(headers: AppRequest['headers']): boolean {
  const clean = (text: string): boolean => !/[\0-\x08\x0a-\x1f\x7f]/.test(text);
  return headers.every(([name, value]) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && clean(value));
}
