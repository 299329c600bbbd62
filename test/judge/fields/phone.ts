import { createCollectors } from '../../../harness/handset/collectors/engine.ts';
import type { AppRequest } from '../../../harness/handset/phone/phone.ts';
import { KEYS } from '../../../harness/handset/phone/circumstances.ts';
import { Settings } from '../../../harness/handset/phone/settings.ts';
import type { Rom } from '../../../harness/handset/roms/rom.ts';
import type { Rung } from '../../../harness/judge/fields/ladder.ts';
import type { FieldTable } from '../../../harness/judge/fields/table.ts';
import { Fields } from '../../../harness/judge/fields/fields.ts';
import { makeSearch } from '../../../harness/judge/sightings/sightings.ts';
import { seeded } from '../../../harness/lib/seed.ts';
import type { Exchange } from '../../../harness/record/exchange.ts';
import type { Climbed, TrialRecord } from '../../../harness/record/trial.ts';
import { aBlock, aBody, anExchange, aTrial } from '../../builders.ts';
import { MINT, PretendClock, PretendNetwork, settled } from '../../handset/collectors/pretend.ts';

type Did = Rung | 'report';

/** A phone whose collectors are the reference handset's own; what it sent, and what was done to it, in order. */
export interface Lived {
  readonly device: string;
  readonly sent: { readonly at: number; readonly request: AppRequest }[];
  readonly rungs: Climbed[];
}

/** Lets a phone live through what is done to it; each report is a page that is opened and loaded, sent at once. */
export async function live(
  device: string,
  rom: Rom,
  days: readonly Did[],
  answer: PretendNetwork['answer'] | null = null,
): Promise<Lived> {
  const clock = new PretendClock();
  const network = new PretendNetwork();
  if (answer) network.answer = answer;
  const settings = new Settings(rom.settings);
  const chance = seeded('fields', device);
  let ahead = 0;
  // Hands set the phone's clock, and nothing that it waits for comes sooner.
  const own = { now: () => clock.now() + ahead * DAY, scaled, wait: clock.wait.bind(clock) };
  using collectors = createCollectors({ rom, clock: own, network, settings, chance });
  const lived: Lived = { device, sent: [], rungs: [] };
  const state = { mode: 'normal', enhancedIncognito: 'on' };
  const happens = (kind: 'app-opened' | 'page-opened' | 'page-finished', url = ''): void => {
    const values: Record<string, string> = url === '' ? {} : { url, title: 'A page' };
    collectors.notify({ kind, package: MINT, values, state });
  };
  let page = 0;
  for (const did of days) {
    await clock.pass(1_000);
    if (did === 'report') {
      const url = `https://visited.leaklab.test/page-${++page}`;
      happens('page-opened', url);
      happens('page-finished', url);
      await clock.pass(20_000);
      await settled();
    } else if (did === 'a day') await clock.pass(91 * DAY);
    else if (did === 'clock') {
      // A second time: put back.
      const days = ahead === 0 ? 91 : -91;
      lived.rungs.push({ at: clock.now(), rung: did, days });
      ahead += days;
    } else if (did !== 'request') {
      lived.rungs.push({ at: clock.now(), rung: did });
      if (did === 'app start' || did === 'reboot') collectors.stop(MINT);
      if (did === 'data cleared') collectors.clear(MINT);
      if (did === 'factory reset') collectors.reset();
      if (did === 'account change') settings.put(...KEYS.account, '6214559370');
      happens('app-opened');
      await clock.pass(1_000);
    }
    for (const request of network.sent.splice(0)) lived.sent.push({ at: clock.now(), request });
  }
  return lived;
}

/** What the fields room says of such lives, through the search that the judge uses. */
export async function fieldsOf(lives: readonly Lived[]): Promise<FieldTable> {
  const blocks = lives.map(({ device }) => aBlock({ device }));
  const trials = lives.map(({ device, rungs }): TrialRecord =>
    aTrial({ id: `${device}-01`, device, timings: {}, planted: {}, rungs: [...rungs] }),
  );
  const fields = new Fields(blocks, trials, () => false);
  const search = makeSearch<never>([], { fields: true });
  for (const [i, { sent }] of lives.entries()) {
    const trial = trials[i];
    if (!trial) continue;
    for (const [line, { at, request }] of sent.entries()) {
      const exchange = exchangeOf(request, at);
      const searched = await search.exchange(exchange, (body) =>
        'base64' in body ? Buffer.from(body.base64, 'base64') : null,
      );
      fields.note(trial, { exchange, line: line + 1, ...searched });
    }
  }
  return fields.table();
}

function exchangeOf({ method, url, headers, body }: AppRequest, at: number): Exchange {
  return anExchange({
    host: new URL(url).host,
    method,
    url,
    at,
    requestHeaders: headers.map(([name, value]): [string, string] => [name, value]),
    requestBody: body ? aBody(body) : null,
  });
}

function scaled(ms: number): number {
  return ms;
}

const DAY = 86_400_000;
