import type { Readable } from 'node:stream';
import type { Child } from '../../../lib/children.ts';

/** The first group of the first match in what a program says on one stream; null when it ends without. */
export async function firstMatch(
  child: Pick<Child, 'ended'>,
  stream: Readable,
  pattern: RegExp,
): Promise<string | null> {
  let said = '';
  return await new Promise((resolve) => {
    const listen = (chunk: Buffer | string): void => {
      said = (said + chunk.toString()).slice(-MOST_CHARACTERS);
      const found = pattern.exec(said)?.[1];
      if (found === undefined) return;
      stream.off('data', listen);
      resolve(found);
    };
    stream.on('data', listen);
    void child.ended.then(() => {
      resolve(null);
    });
  });
}

const MOST_CHARACTERS = 64 * 1024;
