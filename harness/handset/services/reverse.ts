import type { Duplex } from 'node:stream';
import type { ReverseRules } from '../phone/phone.ts';
import type { Service } from './service.ts';

/** Where a stream towards one host can be opened. */
export interface HostLink {
  readonly alive: boolean;
  open(name: string): Promise<Duplex>;
}

/** The rules of one host's connection, `tcp:8080` → `tcp:9090`; they end with it. */
export interface ReverseRuleSet {
  readonly link: HostLink;
  readonly rules: Map<string, string>;
}

/** All rules of all connected hosts. A port that several hosts claim leads to the one that connected last. */
export class ReverseTable implements ReverseRules {
  readonly #sets: ReverseRuleSet[] = [];

  attach(link: HostLink): ReverseRuleSet {
    const set = { link, rules: new Map<string, string>() };
    this.#sets.push(set);
    return set;
  }

  detach(set: ReverseRuleSet): void {
    const at = this.#sets.indexOf(set);
    if (at !== -1) this.#sets.splice(at, 1);
  }

  async connect(port: number): Promise<Duplex> {
    const set = this.#sets.findLast(({ link, rules }) => link.alive && rules.has(`tcp:${port}`));
    const target = set?.rules.get(`tcp:${port}`);
    if (!set || target === undefined)
      throw new Error(`connection refused: no reverse rule for tcp:${port}`);
    return await set.link.open(target);
  }
}

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
