import { bitsOf } from './chance.ts';
import { kindOf } from './kind.ts';
import { bitsOfUrl } from './urls.ts';

/** How many bits of chance a canary holds at most: of a URL, those of the part that tells. */
export function worthOf({
  value,
  mold,
}: {
  readonly value: string;
  readonly mold?: string | undefined;
}): number {
  const kind = kindOf(value, mold);
  return kind === 'url' || kind === 'host' ? bitsOfUrl(value, mold === 'host') : bitsOf(value);
}
