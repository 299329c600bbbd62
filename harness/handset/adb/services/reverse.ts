import type { ReverseRuleSet } from './reverse-table.ts';
import type { Service } from './service.ts';

/** `adb reverse`: sets, lists and removes the rules of the host that asks. One OKAY an answer, and no second. */
export const reverseService: Service = (argument, { rules }) => {
  const reply = replyTo(argument, rules);
  return (stream) => {
    stream.end(reply);
  };
};

function replyTo(argument: string, { rules }: ReverseRuleSet): string {
  if (argument === 'list-forward') {
    return framed([...rules].map(([from, to]) => `(reverse) ${from} ${to}\n`).join(''));
  }
  if (argument === 'killforward-all') {
    rules.clear();
    return 'OKAY';
  }
  const killed = /^killforward:(.+)$/.exec(argument)?.[1];
  if (killed !== undefined)
    return rules.delete(killed) ? 'OKAY' : `FAIL${framed(`listener '${killed}' not found`)}`;
  const [, norebind, from, to] = /^forward:(norebind:)?(tcp:\d+);(\w+:.+)$/.exec(argument) ?? [];
  if (from === undefined || to === undefined) return `FAIL${framed('bad forward')}`;
  if (norebind !== undefined && rules.has(from))
    return `FAIL${framed('cannot rebind existing socket')}`;
  if (from !== 'tcp:0') {
    rules.set(from, to);
    return 'OKAY';
  }
  const port = freePort(rules);
  rules.set(`tcp:${port}`, to);
  return `OKAY${framed(String(port))}`;
}

function freePort(rules: ReadonlyMap<string, string>): number {
  let port = 40_001;
  while (rules.has(`tcp:${port}`)) port++;
  return port;
}

/** Text behind its length in four hex digits. */
function framed(text: string): string {
  return text.length.toString(16).padStart(4, '0') + text;
}
