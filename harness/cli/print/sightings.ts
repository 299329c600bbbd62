import type { Findings, Seen } from '../detect/findings.ts';
import type { Unsearched } from '../detect/gaps.ts';
import type { Output } from '../terminal.ts';
import { forTerminal, painter } from '../terminal.ts';

/** What was found in a capture, for people: each sighting, then what could not be searched. */
export function printFindings(
  findings: Findings & { readonly exchanges: number },
  canaries: number,
  output: Output,
  env: NodeJS.ProcessEnv,
): void {
  const paint = painter(output, env);
  const { sightings, exchanges } = findings;
  const say = (line: string): unknown => output.write(`${line}\n`);
  say(`searched ${counted(exchanges, 'exchange')} for ${counted(canaries, 'canary', 'canaries')}`);
  for (const seen of sightings) {
    const way = seen.direction === 'up' ? 'to' : 'from';
    say('');
    say(
      `${paint('red', 'SEEN')}  ${forTerminal(seen.canary)} ${way} ${forTerminal(seen.host || '(no host)')}`,
    );
    say(`  where  exchange ${seen.exchange}, ${forTerminal(path(seen))}`);
    say(`  form   ${forTerminal(seen.form)} (${seen.entropy} bits)`);
    say(`  share  ${forTerminal(seen.share)}`);
    for (const { wrapping, excerpt } of seen.layers ?? []) {
      const { before, found, after } = excerpt;
      const label = wrapping === null ? 'as captured' : wrapping;
      say(`  ${forTerminal(label)}`);
      say(
        `    ${forTerminal(before)}${paint('bold', `[${forTerminal(found)}]`)}${forTerminal(after)}`,
      );
    }
  }
  if (sightings.length === 0) say('\nno canary was seen in what could be searched');
  for (const [name, list] of [
    ['unread', findings.unread],
    ['opaque', findings.opaque],
    ['undecoded', findings.undecoded],
    ['truncated', findings.truncated],
  ] as const) {
    if (list.length === 0) continue;
    const places = list.reduce((sum, one) => sum + (one.places ?? 1), 0);
    say(`\n${paint('yellow', name)}  ${counted(places, 'place')} not searched to the end`);
    for (const one of list.slice(0, SHOWN)) say(`  ${forTerminal(gap(one))}`);
    if (list.length > SHOWN) say(`  and ${places - SHOWN} more (--json lists ten thousand)`);
  }
}

const SHOWN = 10;

function path({ where, wrappings }: Seen): string {
  return [where, ...wrappings].join(' › ');
}

function gap({ exchange, host, bytes, why, where, wrappings }: Unsearched): string {
  const place = [host, where, ...wrappings].filter((one) => one !== '').join(' › ');
  const size = bytes === null ? '' : `, ${counted(bytes, 'byte')}`;
  return `exchange ${exchange}${place === '' ? '' : ` ${place}`}${size}: ${why}`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
