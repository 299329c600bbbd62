import type { Exchange } from '../../record/exchange.ts';
import type { TrialRecord } from '../../record/trial.ts';

/*
 * Where a device trusts nobody but public authorities, our sites stand for it under a domain of the lab's own. The
 * judge reads them under our own name: they are the visited site, beacon and known leak, whatever they were called.
 */

const OWN = 'leaklab.test';

/** The lines of a trial whose `site` this was. */
export async function* linesUnderOurName(
  lines: AsyncIterable<Exchange>,
  site: string,
): AsyncGenerator<Exchange> {
  for await (const line of lines) {
    yield { ...line, host: named(line.host, site) };
  }
}

/** The same for the recipients that a trial's own record names. */
export function underOurName(trial: TrialRecord): TrialRecord {
  const { site, coverage } = trial;
  if (site === undefined || coverage === null) return trial;
  const tls = coverage.tls.map((one) => ({ ...one, host: named(one.host, site) }));
  return { ...trial, coverage: { ...coverage, tls } };
}

function named(host: string, site: string): string {
  if (host === site) return OWN;
  return host.endsWith(`.${site}`) ? `${host.slice(0, -site.length)}${OWN}` : host;
}
