import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectCommand } from '../../harness/cli/commands/detect.ts';
import { Fault } from '../../harness/lib/fault.ts';

const KEY = '00112233445566778899aabbccddeeff';
const IV = 'f0e0d0c0b0a090807060504030201000';
const URL = 'https://visited.example/qkzvtrmwpahcxbjd';
const EVENT = JSON.stringify({ event: 'load', url: URL });

describe('leaklab detect --keys', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leaklab-keys-'));
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  const found = async (body: string, keys: unknown): Promise<string> => {
    const paths = ['c.jsonl', 'canaries.json', 'keys.json'].map((name) => join(folder, name));
    const [capture = '', canaries = '', known = ''] = paths;
    const requestBody = { base64: Buffer.from(body).toString('base64') };
    await writeFile(capture, JSON.stringify({ kind: 'http', host: 'a.example', requestBody }));
    await writeFile(canaries, JSON.stringify([{ name: 'page', value: URL }]));
    await writeFile(known, JSON.stringify(keys));
    let text = '';
    await detectCommand(
      { capture, canaries, salts: null, keys: known, json: true, explain: false },
      {
        output: { write: (more) => (text += more) },
        env: {},
        signal: new AbortController().signal,
      },
    );
    return text;
  };

  it('opens what openssl sealed with a key that is known, the vector in front, and says with which', async () => {
    const arguments_ = ['enc', '-aes-128-cbc', '-K', KEY, '-iv', IV];
    const sealed = execFileSync('openssl', arguments_, { input: EVENT });
    const value = Buffer.concat([Buffer.from(IV, 'hex'), sealed]).toString('base64');
    const keys = [{ name: 'app 4.2', cipher: 'aes-128-cbc', key: KEY, iv: 'in front' }];
    assert.match(
      await found(JSON.stringify({ v: 1, data: value }), keys),
      /"wrappings":\["json:\$\.data","base64","aes-128-cbc \(app 4\.2\)","json:\$\.url"\],"form":"exact"/,
    );
    const wrong = [{ ...keys[0], key: KEY.replace('0', '1') }];
    assert.match(await found(JSON.stringify({ v: 1, data: value }), wrong), /"sightings":\[\]/);
  });

  it('opens what has a tag, and what a stream cipher made', async () => {
    const iv = Buffer.from(IV, 'hex');
    const gcm = createCipheriv('aes-128-gcm', Buffer.from(KEY, 'hex'), iv.subarray(0, 12));
    const tagged = Buffer.concat([gcm.update(EVENT), gcm.final(), gcm.getAuthTag()]);
    const ctr = createCipheriv('aes-128-ctr', Buffer.from(KEY, 'hex'), iv);
    const streamed = Buffer.concat([ctr.update(EVENT), ctr.final()]);
    for (const [cipher, start, sealed] of [
      ['aes-128-gcm', IV.slice(0, 24), tagged],
      ['aes-128-ctr', IV, streamed],
    ] as const) {
      const keys = [{ name: 'app', cipher, key: KEY, iv: start }];
      const text = await found(JSON.stringify({ data: sealed.toString('hex') }), keys);
      assert.ok(text.includes(`"hex","${cipher} (app)","json:$.url"`), text);
    }
  });

  it('refuses keys that it cannot use, and names the entry', async () => {
    const fault = async (keys: unknown): Promise<string> => {
      try {
        return await found('{}', keys);
      } catch (error) {
        return error instanceof Fault ? `${error.code}: ${error.message.replace(/^\S+/, '…')}` : '';
      }
    };
    assert.equal(
      await fault([{ name: 'a', cipher: 'rot13', key: KEY, iv: null }]),
      'bad-keys: … entry 0, cipher is no cipher that is known',
    );
    assert.equal(
      await fault([{ name: 'a', cipher: 'aes-128-cbc', key: 'xyz', iv: null }]),
      'bad-keys: … entry 0, key is not hex digits, two a byte',
    );
  });
});
