import { base64, hex } from './wrappings/base64.ts';
import { brotli, gzip, zlib, zstd } from './wrappings/compressed.ts';
import { form, percent } from './wrappings/form.ts';
import { escapes } from './wrappings/escapes.ts';
import { json } from './wrappings/json.ts';
import { lz4 } from './wrappings/rows/packed/lz4.ts';
import { lzString } from './wrappings/rows/packed/lz-string.ts';
import { rawDeflate } from './wrappings/rows/packed/raw-deflate.ts';
import { framed } from './wrappings/rows/records/framed.ts';
import { credentials, dataUri } from './wrappings/rows/records/labelled.ts';
import { counted } from './wrappings/rows/text/counted.ts';
import { invisible } from './wrappings/rows/text/invisible.ts';
import { numberedBytes } from './wrappings/rows/letters/numbered.ts';
import { uuencode } from './wrappings/rows/letters/uuencode.ts';
import { snappy } from './wrappings/rows/packed/snappy.ts';
import { bplist } from './wrappings/rows/records/bplist.ts';
import { bson } from './wrappings/rows/records/bson.ts';
import { cbor } from './wrappings/rows/records/cbor.ts';
import { jwt } from './wrappings/rows/records/jwt.ts';
import { msgpack } from './wrappings/rows/records/msgpack.ts';
import { multipart } from './wrappings/rows/records/multipart.ts';
import { grpc, protobuf } from './wrappings/rows/records/protobuf.ts';
import { cookie, url } from './wrappings/rows/records/split.ts';
import { xml } from './wrappings/rows/records/xml.ts';
import { xor } from './wrappings/rows/sealed/xor.ts';
import { ascii85 } from './wrappings/rows/letters/ascii85.ts';
import { base32 } from './wrappings/rows/letters/base32.ts';
import { cEscapes } from './wrappings/rows/text/c-escapes.ts';
import { charCodes } from './wrappings/rows/letters/char-codes.ts';
import { entities } from './wrappings/rows/text/entities.ts';
import { quotedPrintable } from './wrappings/rows/text/quoted-printable.ts';
import { base58 } from './wrappings/rows/letters/radix.ts';
import { spacedHex } from './wrappings/rows/letters/spaced-hex.ts';
import { reversed, rot13 } from './wrappings/rows/text/turned.ts';
import { utf16 } from './wrappings/rows/text/utf16.ts';
import type { Wrapping } from './wrappings/wrapping.ts';

/**
 * Every wrapping that is taken off, in the order in which they are tried: what can be told for certain first. A
 * new wrapping is a row here and nothing else.
 */
export const WRAPPINGS: readonly Wrapping[] = [
  gzip,
  zstd,
  zlib,
  bplist,
  utf16,
  multipart,
  numberedBytes,
  json,
  jwt,
  credentials,
  dataUri,
  cookie,
  form,
  url,
  xml,
  bson,
  grpc,
  msgpack,
  cbor,
  snappy,
  lz4,
  protobuf,
  framed,
  counted,
  rawDeflate,
  hex,
  charCodes,
  spacedHex,
  base64,
  base32,
  base58,
  ascii85,
  lzString,
  percent,
  quotedPrintable,
  uuencode,
  invisible,
  entities,
  escapes,
  cEscapes,
  rot13,
  reversed,
  xor,
  brotli,
];
