import type { Duplex } from 'node:stream';
import { Socket } from 'node:net';

/**
 * Pipes two streams into each other; each end, error and close of one is the other's, too. `there` and `back` are
 * what the bytes of either direction go through.
 */
export function join(
  one: Duplex,
  other: Duplex,
  through?: { readonly there: Duplex; readonly back: Duplex },
): void {
  bind(one, other);
  bind(other, one);
  (through ? one.pipe(through.there) : one).pipe(other);
  (through ? other.pipe(through.back) : other).pipe(one);
}

function bind(from: Duplex, to: Duplex): void {
  from.once('error', () => {
    // A reset is passed on as one: the reader tells a reset from a close.
    if (to instanceof Socket) to.resetAndDestroy();
    else to.destroy();
  });
  from.once('close', () => {
    if (to instanceof Socket) to.destroySoon();
    else to.destroy();
  });
}
