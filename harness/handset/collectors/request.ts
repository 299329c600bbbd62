import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import type { AppRequest, AppResponse, Network } from '../phone/phone.ts';
import type { Install } from './install.ts';
import type { RequestRule } from './rules.ts';
import type { Lookup } from './template.ts';
import { fillText } from './template.ts';

/** A POST as collectors send it: one redirect is followed, with the same body, and no more. */
export async function post(
  network: Network,
  request: AppRequest,
  signal: AbortSignal,
): Promise<AppResponse> {
  const first = await network.fetch(request, signal);
  const target = first.ok && (first.status === 301 || first.status === 302) && location(first);
  if (typeof target !== 'string' || !URL.canParse(target, request.url)) return first;
  return await network.fetch({ ...request, url: new URL(target, request.url).href }, signal);
}

/** Sends what a request rule says, again while nobody answers; remembers what the rule wants remembered. */
export async function ask(
  { network, clock }: { network: Network; clock: Clock },
  { request: rule }: RequestRule,
  { lookup, install, from }: { lookup: Lookup; install: Install; from: string },
  signal: AbortSignal,
): Promise<void> {
  const request: AppRequest = {
    package: from,
    method: 'GET',
    url: urlOf(rule, lookup),
    headers: rule.headers.map(([name, value]) => [name, fillText(value, lookup)]),
  };
  for (let tried = 1; ; tried++) {
    const response = await network.fetch(request, signal);
    if (signal.aborted) return;
    if (response.ok && response.status < 500) {
      remember(rule.remember, response.body, install);
      return;
    }
    if (tried >= rule.tries) return;
    await clock.wait(rule.withinMs / (rule.tries - 1), signal);
  }
}

function urlOf(rule: RequestRule['request'], lookup: Lookup): string {
  const url = fillText(rule.url, lookup, encodeURIComponent);
  const query = Object.entries(rule.query)
    .map(([name, value]) => [name, fillText(value, lookup)] as const)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return query.length === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${query.join('&')}`;
}

const reply = z.record(z.string(), z.unknown());

/** Only short texts are kept: the reply comes from outside. */
function remember(wanted: Readonly<Record<string, string>>, body: Buffer, install: Install): void {
  if (Object.keys(wanted).length === 0 || body.length === 0) return;
  let parsed: ReturnType<typeof reply.safeParse>;
  try {
    parsed = reply.safeParse(JSON.parse(body.toString('utf8')));
  } catch {
    return;
  }
  const fields = new Map(Object.entries(parsed.data ?? {}));
  for (const [name, field] of Object.entries(wanted)) {
    const value = fields.get(field);
    if (typeof value === 'string' && value.length <= 200) install.memory.set(name, value);
  }
}

function location(response: Extract<AppResponse, { ok: true }>): string | undefined {
  return response.headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
}
