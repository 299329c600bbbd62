import { Transform } from 'node:stream';
import type { Pressure } from '../lines/pressure.ts';

/** Hands bytes on as they come and tells them, no faster than the disk takes what is told. */
export function tee(told: (bytes: Buffer) => void, pressure: Pressure): Transform {
  return new Transform({
    transform: (bytes: Buffer, _encoding, done) => {
      told(bytes);
      pressure.whenRoom(() => {
        done(null, bytes);
      });
    },
  });
}
