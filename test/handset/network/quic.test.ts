import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { getExtensionData, readTlsClientHello } from 'read-tls-client-hello';
import { clientHello } from '../../../harness/handset/network/other/quic/hello.ts';
import { initialPacket } from '../../../harness/handset/network/other/quic/initial.ts';

describe('a try at QUIC', () => {
  it('is protected as in the example of RFC 9001, A.2', () => {
    const message = Buffer.from(HELLO.replaceAll(/\s/g, ''), 'hex');
    const packet = initialPacket(Buffer.from('8394c8f03e515708', 'hex'), 2, message);
    assert.equal(packet.length, 1200);
    assert.equal(
      packet.subarray(0, 96).toString('hex'),
      'c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11' +
        'd242b123dc9bd8bab936b47d92ec356c0bab7df5976d27cd449f63300099f399' +
        '1c260ec4c60d17b31f8429157bb35a1282a643a8d2262cad67500cadb8e7378c',
    );
    // The tag is over header and payload: it stands for every byte between.
    assert.equal(packet.subarray(-16).toString('hex'), 'e221af44860018ab0856972e194cd934');
  });

  it('names its host, HTTP/3 and TLS 1.3 in a ClientHello that others can read', async () => {
    const hello = clientHello('sa.api.intl.miui.com', Buffer.alloc(32, 1), Buffer.alloc(32, 2));
    const record = Buffer.from([0x16, 3, 1, hello.length >> 8, hello.length & 0xff]);
    const stream = new PassThrough();
    stream.write(Buffer.concat([record, hello]));
    const read = await readTlsClientHello(stream);
    assert.equal(getExtensionData(read, 'sni')?.serverName, 'sa.api.intl.miui.com');
    assert.deepEqual(getExtensionData(read, 'alpn')?.protocols, ['h3']);
    assert.deepEqual(
      read.extensions.map(({ id }) => id),
      [0, 10, 13, 16, 43, 45, 51, 57],
    );
  });
});

const HELLO = `010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868
04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578
616d706c652e636f6dff01000100000a00080006001d00170018001000070005
04616c706e000500050100000000003300260024001d00209370b2c9caa47fba
baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400
0d0010000e0403050306030203080408050806002d00020101001c0002400100
3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000
75300901100f088394c8f03e51570806048000ffff`;
