import { createCipheriv, createHash } from 'node:crypto';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { encode as msgpack } from '@msgpack/msgpack';
import avro from 'avsc';
import bplist from 'bplist-creator';
import { serialize as bson } from 'bson';
import { encode as cbor } from 'cborg';
import { gzipSync } from 'fflate';
import he from 'he';
import { SignJWT } from 'jose';
import jsesc from 'jsesc';
import { build as plist } from 'plist';
import type { Encoder } from './encoder.ts';
import { ofBytes, ofText } from './encoder.ts';

/** Structures that hold a value beside others, and ciphers whose key stands beside them. */
export const RECORD_ENCODERS: readonly Encoder[] = [
  ofText('form', /^form:/, (text, turn) =>
    new URLSearchParams({ v: String(turn), payload: text, time: '1588310400000' }).toString(),
  ),
  ofBytes('multipart', /^multipart:/, async (bytes, turn) => {
    const form = new FormData();
    form.set('meta', '{"v":1}');
    form.set('file', new Blob([bytes.slice().buffer]), 'crash.bin');
    const body = Buffer.from(await new Response(form).bytes()).toString('latin1');
    // Node draws its boundary anew each time: two runs of the grid would not be the same.
    const [, drawn = body] = /^--(\S+)\r\n/.exec(body) ?? [];
    const boundary = `${drawn.slice(0, -11)}${String(turn).padStart(11, '0')}`;
    return Buffer.from(body.replaceAll(drawn, boundary), 'latin1');
  }),
  ofText('JSON', /^json:/, (text, turn) => JSON.stringify({ n: turn, list: [{ payload: text }] })),
  ofText('JSON with \\/', /^json:/, (text) =>
    JSON.stringify({ payload: text, at: 1 }).replaceAll('/', '\\/'),
  ),
  ofText(
    'JSON with every character escaped',
    /^json:/,
    (text) => `{"payload":${jsesc(text, { json: true, escapeEverything: true })}}`,
  ),
  ofText('JSON in a JSON string', /^json:/, (text) =>
    JSON.stringify({ outer: JSON.stringify({ inner: text }) }),
  ),
  ofText('JSON, cut off', /^json:/, (text) =>
    JSON.stringify([{ payload: text }, 'rest']).slice(0, -6),
  ),
  ofText('JSONP', /^json:/, (text) => `callback(${JSON.stringify({ payload: text })});`),
  ofText(
    'NDJSON',
    /^json:/,
    (text) => `${JSON.stringify({ a: 1 })}\n${JSON.stringify({ b: text })}\n`,
  ),
  ofBytes('char codes', /^char-codes/, (bytes) => JSON.stringify({ d: [...bytes] })),
  ofBytes('char codes, signed', /^char-codes/, (bytes) =>
    JSON.stringify({ d: [...new Int8Array(bytes)] }),
  ),
  ofBytes('char codes, bare', /^char-codes/, (bytes) => [...bytes].join(', ')),
  ofText('XML', /^xml:/, (text) => `<?xml version="1.0"?><e v="2"><u>${he.escape(text)}</u></e>`),
  ofText('XML attribute', /^xml:/, (text) => `<event name="load" url="${he.escape(text)}"/>`),
  ofText('XML CDATA', /^xml:/, (text) => `<e><![CDATA[${text}]]></e>`),
  ofText('XML property list', /^plist:/, (text) => plist({ event: 'load', payload: text })),
  ofBytes('XML property list, data', /^plist:/, (bytes) => plist({ payload: Buffer.from(bytes) })),
  ofText('binary property list', /^bplist:/, (text) => bplist({ event: 'load', payload: text })),
  ofBytes('binary property list, data', /^bplist:/, (bytes) =>
    bplist({ event: 'load', payload: Buffer.from(bytes) }),
  ),
  ofBytes('protobuf', /^protobuf:/, (bytes, turn) => message(bytes, turn)),
  ofBytes('gRPC', /^grpc:/, (bytes, turn) => framed(message(bytes, turn), 0)),
  ofBytes('gRPC, compressed', /^grpc:/, (bytes, turn) => framed(gzipSync(message(bytes, turn)), 1)),
  ofBytes('msgpack', /^msgpack:/, (bytes, turn) => msgpack({ n: turn, e: [{ payload: bytes }] })),
  ofText('msgpack, text', /^msgpack:/, (text, turn) =>
    msgpack({ n: turn, e: [{ payload: text }] }),
  ),
  ofBytes('CBOR', /^cbor:/, (bytes, turn) => cbor({ n: turn, e: [{ payload: bytes }] })),
  ofText('CBOR, text', /^cbor:/, (text, turn) => cbor({ n: turn, e: [{ payload: text }] })),
  ofBytes('BSON', /^bson:/, (bytes, turn) => bson({ n: turn, e: { payload: bytes } })),
  ofText('BSON, text', /^bson:/, (text, turn) => bson({ n: turn, e: [{ payload: text }] })),
  ofText('JWT', /^jwt:/, (text) =>
    new SignJWT({ payload: text })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new Uint8Array(32).fill(7)),
  ),
  ofText('Avro', null, (text) => AVRO.toBuffer({ event: 'load', payload: text, at: 5 })),
  ofText('Thrift, compact', null, (text) => thrift(text)),
  ofBytes('XOR with one byte', /^xor/, (bytes, turn) =>
    xored(bytes, [1 + ((turn * 37 + 130) % 255)]),
  ),
  {
    ...ofBytes('XOR with a short key', /^xor/, (bytes, turn) =>
      xored(bytes, [
        ...Buffer.from(['k3y', 'Secr', '\u0007\u00e5pass', 'leakage!'][turn % 4] ?? '', 'latin1'),
      ]),
    ),
    lone: false,
  },
  ofText('mistat', /^form:stat_value/, (text, turn) => mistat(text, turn)),
];

/** An event as Avro writes it: texts behind their lengths, without their names. */
export const AVRO = avro.Type.forSchema({
  type: 'record',
  name: 'Event',
  fields: [
    { name: 'event', type: 'string' },
    { name: 'payload', type: 'string' },
    { name: 'at', type: 'long' },
  ],
});

function message(bytes: Uint8Array, turn: number): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int32(turn + 1);
  writer.tag(2, WireType.LengthDelimited).string('load');
  writer.tag(3, WireType.LengthDelimited).fork().tag(4, WireType.LengthDelimited).bytes(bytes);
  writer.tag(5, WireType.Bit64).fixed64(1588310400000n).join();
  return writer.finish();
}

/** "PROTOCOL-HTTP2.md": compressed flag, length, message. */
function framed(bytes: Uint8Array, flag: number): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** A struct of the compact protocol (thrift-compact-protocol.md): an i32, a string, the stop byte. */
function thrift(text: string): Buffer {
  const bytes = Buffer.from(text);
  const size: number[] = [];
  for (let left = bytes.length; ; left >>>= 7) {
    size.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    if (left <= 0x7f) break;
  }
  return Buffer.concat([Buffer.from([0x15, 0x08, 0x18, ...size]), bytes, Buffer.from([0])]);
}

function xored(bytes: Uint8Array, key: readonly number[]): Uint8Array {
  return bytes.map((byte, at) => byte ^ (key[at % key.length] ?? 0));
}

/** Section 3.4 of our notes on the wire: key and IV from the form's own fields. */
function mistat(text: string, turn: number): string {
  const [app, key, device] = ['2882303761500000001', `56000000000${turn % 90}`, 'C1B9E1C651C7AAAB'];
  const half = (seed: string): string =>
    createHash('md5').update(`seed:${seed}`).digest('hex').toUpperCase().slice(0, 16);
  const cipher = createCipheriv(
    'aes-128-cbc',
    half(`${app}-${key}-${device}`),
    half(`${device}-${key}-${app}`),
  );
  const sealed = cipher.update(text, 'utf8', 'hex') + cipher.final('hex');
  return new URLSearchParams({
    app_id: app,
    app_key: key,
    device_id: device,
    mistatv: '5',
    stat_value: sealed,
  }).toString();
}
