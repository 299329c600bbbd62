import { withoutEntities } from '../../sightings/wrappings/rows/text/entities.ts';

/**
 * The words on a screen, as its UI tree (UiAutomator's XML) has them; what can be switched is marked by "(switch)".
 * Bounded: a screen of five hundred words is no screen of a switch.
 */
export function wordsOn(tree: string): Set<string> {
  const words = new Set<string>();
  for (const [, attributes = ''] of tree
    .slice(0, MOST_BYTES)
    .matchAll(/<[\w.$]{1,200}([^<>]{0,4000})>/g)) {
    const mark = /\scheckable="true"/.test(attributes) ? ' (switch)' : '';
    for (const name of ['text', 'content-desc']) {
      const value = new RegExp(`\\s${name}="([^"]{1,300})"`).exec(attributes)?.[1] ?? '';
      const word = withoutEntities(Buffer.from(value)).toString().replaceAll(/\s+/g, ' ').trim();
      if (word !== '' && words.size < MOST_WORDS) words.add(`${word}${mark}`);
    }
  }
  return words;
}

const MOST_BYTES = 2 * 2 ** 20;
const MOST_WORDS = 500;
