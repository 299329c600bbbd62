import { parse } from 'node:url';

/**
 * The library takes each address apart with Node's old parser, which looks through the stack for who called it until it
 * has warned of itself once: a twenty-fifth of what a small request costs. It warns here, and nobody hears of it.
 */
export function quietOldParser(): void {
  const before = process.noDeprecation;
  process.noDeprecation = true;
  // oxlint-disable-next-line typescript/no-deprecated -- to be rid of its warning
  parse('http://localhost/');
  process.noDeprecation = before ?? false;
}
