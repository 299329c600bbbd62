import assert from 'node:assert/strict';
import { hmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { base64, hex } from '@scure/base';
import { aBody, anExchange } from '../../builders.ts';
import { bodyOf, searchFor } from './grid/search-for.ts';

const ID = { name: 'id', value: '3f1d2c58-7a0b-4f0e-9f3a-5b8d0c1e2a77' };
const DECOY = { name: 'decoy', value: '8b7a6c5d-1e2f-4a3b-8c9d-0e1f2a3b4c5d' };
const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

describe('a digest whose salt stands beside it', () => {
  const search = searchFor([ID, DECOY]);
  const seen = async (body: string): Promise<string[]> => {
    const { sightings } = await search(bodyOf(Buffer.from(body)));
    return sightings.map(
      ({ owner, wrappings, form }) => `${owner.name}: ${wrappings.join(' › ')}: ${form}`,
    );
  };

  it('is seen in JSON, and both places are named', async () => {
    const sign = hex.encode(md5(utf8(`app-77Qx${ID.value}`)));
    assert.deepEqual(await seen(JSON.stringify({ app: 'app-77Qx', t: 1588310400, sign })), [
      'id: json:$.sign › salt:json:$.app: md5(salt+exact)',
    ]);
  });

  it('is seen in a form under HMAC, in base64, and with a separator', async () => {
    const keyed = base64.encode(hmac(sha256, utf8('k3y-0fTheApp'), utf8(ID.value)));
    assert.deepEqual(
      await seen(new URLSearchParams({ key: 'k3y-0fTheApp', sig: keyed }).toString()),
      ['id: form:sig › salt:form:key: hmac-sha256(exact)'],
    );
    const glued = hex.encode(sha1(utf8(`${ID.value.toUpperCase()}|nonce42`)));
    assert.deepEqual(await seen(`n=nonce42&h=${glued}`), [
      'id: form:h › salt:form:n: sha1(upper|salt)',
    ]);
  });

  it('is not seen where the salt is another one, or the digest is of another value', async () => {
    const other = hex.encode(md5(utf8(`app-78Qx${ID.value}`)));
    const foreign = hex.encode(md5(utf8('app-77Qx00000000-7a0b-4f0e-9f3a-5b8d0c1e2a77')));
    assert.deepEqual(await seen(JSON.stringify({ app: 'app-77Qx', sign: other })), []);
    assert.deepEqual(await seen(JSON.stringify({ app: 'app-77Qx', sign: foreign })), []);
  });

  it('is seen when its salt was met before, and was mixed into nothing then', async () => {
    const sign = hex.encode(md5(utf8(`again-5Zq${ID.value}`)));
    const foreign = hex.encode(md5(utf8('of somebody else')));
    assert.deepEqual(await seen(JSON.stringify({ app: 'again-5Zq', sign: foreign })), []);
    assert.deepEqual(await seen(JSON.stringify({ app: 'again-5Zq', sign })), [
      'id: json:$.sign › salt:json:$.app: md5(salt+exact)',
    ]);
  });

  it('is not looked for in what a server answers, and is seen when a phone sends the same', async () => {
    const sign = hex.encode(md5(utf8(`echoed-8Lm${ID.value}`)));
    const bytes = Buffer.from(JSON.stringify({ app: 'echoed-8Lm', sign }));
    const answer = await search(anExchange({ responseBody: aBody(bytes) }));
    assert.deepEqual(answer.sightings, []);
    assert.equal((await seen(bytes.toString())).length, 1);
  });

  it('is a gap that names the limit once a recipient was sent more salts than are tried', async () => {
    const one = searchFor([ID]);
    const event = (n: number): string =>
      JSON.stringify({
        ...Object.fromEntries(Array.from({ length: 24 }, (_, at) => [`f${at}`, `v-${n}-${at}`])),
        sign: hex.encode(md5(utf8(`of event ${n}`))),
      });
    const told: string[] = [];
    let events = 0;
    while (told.length === 0 && events < 4000) {
      const { gaps } = await one(bodyOf(Buffer.from(event(events++))));
      for (const { kind, why } of gaps) if (why.includes('salts')) told.push(`${kind}: ${why}`);
    }
    assert.ok(events > 50, `${events} events`);
    assert.deepEqual(told, [
      'truncated: more salts beside digests than 500000 tries, and one more for every 50 bytes sent there',
    ]);
    // The same event again is no less a gap.
    const { gaps } = await one(bodyOf(Buffer.from(event(events - 1))));
    assert.equal(gaps.filter(({ why }) => why.includes('salts')).length, 1);
  }).timeout(60_000);
});
