import { createContext, Script } from 'node:vm';

/**
 * Tests texts against an expression that came from outside, for at most `ms` of processor time: some expressions take
 * longer than the age of the universe. Undefined when it is none, or takes too long.
 */
export function matches(
  source: string,
  flags: string,
  texts: readonly string[],
  ms = 250,
): readonly boolean[] | undefined {
  try {
    const context = createContext({ source, flags, texts: JSON.stringify(texts) });
    const found: unknown = TEST.runInContext(context, { timeout: ms });
    return typeof found === 'string' ? [...found].map((sign) => sign === '1') : undefined;
  } catch {
    return undefined;
  }
}

/** Only words cross the border, so that nothing of one world is in the other. */
const TEST = new Script(
  "const test = new RegExp(source, flags); JSON.parse(texts).map((text) => (test.test(text) ? '1' : '0')).join('')",
);
