import assert from 'node:assert/strict';
import type { Exchange } from '../../../harness/record/exchange.ts';
import { aBody, anExchange } from '../../builders.ts';
import { bodyOf, searchFor } from './grid/search-for.ts';

const PAGE = 'https://www.visited.example/news/qkzvtrmwpahcxbjd';
const IMEI = '358240051111110';
const search = searchFor([
  { name: 'page', value: PAGE },
  { name: 'telephone', value: IMEI },
]);

async function pathsIn(exchange: Exchange): Promise<string[]> {
  const { sightings } = await search(exchange);
  return sightings.map(({ owner, where, wrappings }) =>
    [owner.name, where, ...wrappings].join(' › '),
  );
}

describe('what phones and their libraries write around a value', () => {
  it('is opened where JSON.stringify made an object of numbers from bytes', async () => {
    const bytes = new Uint8Array(Buffer.from(PAGE));
    assert.deepEqual(await pathsIn(bodyOf(Buffer.from(JSON.stringify({ v: 1, d: bytes })))), [
      'page › request.body › json:$.d › numbered-bytes',
    ]);
    assert.deepEqual(await pathsIn(bodyOf(Buffer.from(JSON.stringify(bytes)))), [
      'page › request.body › numbered-bytes',
    ]);
  });

  it('is opened where signs that nobody sees stand between the letters', async () => {
    const text = [...PAGE].join('\u200b');
    assert.deepEqual(await pathsIn(bodyOf(Buffer.from(JSON.stringify({ title: text })))), [
      'page › request.body › json:$.title › invisible',
    ]);
    assert.deepEqual(await pathsIn(bodyOf(Buffer.from([...PAGE].join('\u00ad')))), [
      'page › request.body › invisible',
    ]);
  });

  it('is opened where Python has uuencoded it, with its first line and in the middle of a text', async () => {
    // binascii.b2a_uu of {"u":"…"}.
    const lines =
      'M>R)U(CHB:\'1T<\',Z+R]W=W<N=FES:71E9"YE>&%M<&QE+VYE=W,O<6MZ=G1R\n,;7=P86AC>&)J9")]\n';
    const file = `begin 644 data.json\n${lines}\`\nend\n`;
    for (const text of [file, `log of today:\n${file}`])
      assert.deepEqual(await pathsIn(bodyOf(Buffer.from(text))), [
        'page › request.body › uuencode › json:$.u',
      ]);
  });

  it('is opened behind the length of a message, whatever the head of the protocol is', async () => {
    const packed = Buffer.from(Buffer.from(PAGE).toString('hex'));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(packed.length);
    const little = Buffer.alloc(2);
    little.writeUInt16LE(packed.length);
    const frames = [
      Buffer.concat([Buffer.from([1, 2]), length, packed, Buffer.from([0xff, 0])]),
      Buffer.concat([length, packed]),
      Buffer.concat([Buffer.from([9]), little, packed, Buffer.from([9, 2, 0, 7, 7])]),
    ];
    for (const frame of frames) {
      const paths = await pathsIn(
        anExchange({ kind: 'raw', url: null, requestBody: aBody(frame) }),
      );
      assert.equal(paths.length, 1, frame.toString('latin1'));
      assert.match(paths[0] ?? '', /^page › frame › (framed.* › )?hex/);
    }
  });

  it('is found as eight raw bytes in credentials, in user information, and in a data: URI', async () => {
    const raw = Buffer.alloc(8);
    raw.writeBigUInt64BE(BigInt(IMEI));
    const basic = Buffer.concat([Buffer.from('id:'), raw]).toString('base64');
    const escaped = [...raw].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    const packed = Buffer.from(raw).toString('base64');
    const cases: [Partial<Exchange>, RegExp][] = [
      [
        { requestHeaders: [['Authorization', `Basic ${basic}`]] },
        /authorization\] › credentials:Basic/,
      ],
      [{ url: `https://u:${escaped}@collector.example/` }, /request\.url\.host › percent$/],
      [{ requestBody: aBody(`{"icon":"data:;base64,${packed}"}`) }, /json:\$\.icon › base64$/],
    ];
    for (const [differs, path] of cases) {
      const paths = await pathsIn(anExchange(differs));
      assert.equal(paths.length, 1, String(path));
      assert.match(paths[0] ?? '', path);
    }
  });
});
