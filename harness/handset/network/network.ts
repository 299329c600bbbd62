import { join } from 'node:path';
import { makeFolder, scratchFolder } from '../disk.ts';
import type { AppRequest, AppResponse, Network, Phone } from '../phone/phone.ts';
import type { Settings } from '../phone/settings.ts';
import { again } from './again.ts';
import { openBridge } from './bridge.ts';
import { curl } from './curl.ts';
import { chromiumError } from './errors.ts';
import { wayOut } from './proxy.ts';
import { readResponse } from './response.ts';
import { certificatesIn, storeFiles, trusted } from './trust.ts';
import { turns } from './turns.ts';

const AT_ONCE = 6;
const TIMEOUT_MS = 30_000;
const MOST_ACCEPTED = 1000;
const ABORTED: AppResponse = { ok: false, error: 'net::ERR_ABORTED' };

/**
 * How the apps of a reference handset reach the internet: through the phone's own proxy setting and adb reverse
 * rule, believing the phone's own store; there is no other way out. To be made when the store holds what the ROM
 * ships, and nothing yet that anybody added. `fetch` never rejects.
 */
export async function createNetwork(
  phone: Pick<Phone, 'rom' | 'files' | 'reverse'> & { readonly settings: Pick<Settings, 'get'> },
): Promise<Network & AsyncDisposable> {
  const scratch = await scratchFolder('leaklab-handset-');
  const emptyFolder = join(scratch.path, 'empty');
  makeFolder(emptyFolder);
  const shipped = certificatesIn(phone.files, phone.rom.systemStore);
  const storeFile = storeFiles(scratch.path);
  const turn = turns(AT_ONCE);
  /** Hosts whose certificate curl has accepted, each with the way and the store that it was under. */
  const accepted = new Set<string>();
  const life = new AbortController();
  const open = new Set<Promise<AppResponse>>();

  const send = async (request: AppRequest, signal: AbortSignal): Promise<AppResponse> => {
    using _ = await turn();
    if (unwanted(signal)) return ABORTED;
    const way = wayOut(phone.settings);
    if ('error' in way) return { ok: false, error: way.error };
    const certificates = trusted(phone.files, phone.rom, shipped);
    const store = storeFile(certificates);
    const contact = contactOf(request, `${String(way.port)} ${store}`);
    if (contact !== null && accepted.has(contact)) {
      const stream = await phone.reverse.connect(way.port).catch(() => null);
      const given = { trusted: certificates, timeoutMs: TIMEOUT_MS };
      const answer = stream && (await again(request, { ...given, stream }, signal));
      if (unwanted(signal)) return ABORTED;
      if (answer) return answer;
      accepted.delete(contact);
    }
    await using bridge = await openBridge(phone.reverse, way.port);
    const { code, stdout, stderr } = await curl(
      request,
      { proxyPort: bridge.port, store, emptyFolder, timeoutMs: TIMEOUT_MS },
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

  return {
    fetch: async (request, signal) => {
      if (!sendable(request)) return { ok: false, error: 'net::ERR_INVALID_URL' };
      const sent = send(request, signal ? AbortSignal.any([signal, life.signal]) : life.signal);
      open.add(sent);
      try {
        return await sent;
      } finally {
        open.delete(sent);
      }
    },
    [Symbol.asyncDispose]: async () => {
      life.abort();
      await Promise.allSettled(open);
      await scratch[Symbol.asyncDispose]();
    },
  };
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
  const clean = (text: string): boolean => !/[\0-\x08\x0a-\x1f\x7f]/.test(text);
  return (
    url.length <= 65_536 &&
    /^https?:\/\//i.test(url) &&
    URL.canParse(url) &&
    !/[\0-\x20\x7f]/.test(url) &&
    headers.every(([name, value]) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && clean(value))
  );
}
