import type { Encoder } from './encoder.ts';
import { PACKED_ENCODERS } from './packed-encoders.ts';
import { RECORD_ENCODERS } from './record-encoders.ts';
import { TEXT_ENCODERS } from './text-encoders.ts';

export const ENCODERS: readonly Encoder[] = [
  ...TEXT_ENCODERS,
  ...PACKED_ENCODERS,
  ...RECORD_ENCODERS,
];
