import { base64, hex } from './wrappings/base64.ts';
import { brotli, gzip, zlib, zstd } from './wrappings/compressed.ts';
import { form, percent } from './wrappings/form.ts';
import { escapes } from './wrappings/escapes.ts';
import { json } from './wrappings/json.ts';
import type { Wrapping } from './wrappings/wrapping.ts';

/**
 * Every wrapping that is taken off, in the order in which they are tried: what can be told for certain first. A
 * new wrapping is a row here and nothing else.
 */
export const WRAPPINGS: readonly Wrapping[] = [
  gzip,
  zstd,
  zlib,
  json,
  form,
  hex,
  base64,
  percent,
  escapes,
  brotli,
];
