/**
 * The ClientHello of a client that wants HTTP/3 from a host (RFC 8446, 4.1.2; RFC 9001, 8): TLS 1.3 alone, the name in
 * clear, a share on X25519. `random` and `share`: 32 bytes each.
 */
export function clientHello(host: string, random: Buffer, share: Buffer): Buffer {
  const name = Buffer.from(host, 'latin1');
  const extensions = [
    extension(0, sized(2, Buffer.of(0), sized(2, name))),
    // x25519, secp256r1.
    extension(10, sized(2, hex('001d0017'))),
    // ECDSA and RSA, with SHA-256 and SHA-384.
    extension(13, sized(2, hex('04030804040105030805'))),
    extension(16, sized(2, sized(1, Buffer.from('h3')))),
    extension(43, sized(1, hex('0304'))),
    extension(45, sized(1, hex('01'))),
    extension(51, sized(2, hex('001d'), sized(2, share))),
    extension(57, transport),
  ];
  const body = Buffer.concat([
    hex('0303'),
    random,
    // No session; AES-128, AES-256, ChaCha20; no compression.
    sized(1),
    sized(2, hex('130113021303')),
    sized(1, hex('00')),
    sized(2, ...extensions),
  ]);
  return Buffer.concat([Buffer.of(1), sized(3, body)]);
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

/** Parts behind their length in so many bytes. */
function sized(bytes: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = Buffer.alloc(bytes);
  length.writeUIntBE(body.length, 0, bytes);
  return Buffer.concat([length, body]);
}

function extension(type: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0, type), sized(2, content)]);
}

/** Transport parameters (RFC 9000, 18.2), each an id, a length and a variable-length integer. */
const transport = Buffer.concat([
  // max_idle_timeout 30 s; initial_max_data 15 MiB; 6 MiB for each kind of stream.
  hex('010480007530'),
  hex('040480f00000'),
  hex('050480600000'),
  hex('060480600000'),
  hex('070480600000'),
  // A hundred streams of each direction; our connection id, which is empty.
  hex('08024064'),
  hex('09024064'),
  hex('0f00'),
]);
