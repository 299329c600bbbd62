import type { Duplex } from 'node:stream';
import type { ReverseRules } from '../../phone/phone.ts';

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

  /** Drops all rules, though their hosts are still connected. */
  forget(): void {
    for (const { rules } of this.#sets) rules.clear();
  }

  async connect(port: number): Promise<Duplex> {
    const set = this.#sets.findLast(({ link, rules }) => link.alive && rules.has(`tcp:${port}`));
    const target = set?.rules.get(`tcp:${port}`);
    if (!set || target === undefined)
      throw new Error(`connection refused: no reverse rule for tcp:${port}`);
    return await set.link.open(target);
  }
}
