import assert from 'node:assert/strict';
import type { Answer, OptAnswer } from 'dns-packet';
import { encode } from 'dns-packet';
import fc from 'fast-check';
import { partsOfQuestion } from '../../../harness/judge/sightings/question.ts';

describe('what a DNS question can carry', () => {
  const said = (bytes: Buffer): string[] | null =>
    partsOfQuestion(bytes)?.map((part) => part.toString('latin1')) ?? null;
  const asking = (name: string, additionals: Answer[] = []): Buffer =>
    Buffer.from(encode({ type: 'query', id: 7, questions: [{ type: 'A', name }], additionals }));

  it('is its name, as dns-packet writes it', () => {
    assert.deepEqual(said(asking('two.example.org')), ['two.example.org']);
  });

  it('is also its name without dots and domain, since a label holds 63 bytes and a tunnel fills many', () => {
    const [first, second] = ['a'.repeat(63), 'b'.repeat(20)];
    assert.deepEqual(said(asking(`${first}.${second}.t.example`)), [
      `${first}.${second}.t.example`,
      `${first}${second}texample`,
      `${first}${second}`,
      first,
    ]);
  });

  it('is what stands behind the question, where that is more than an option record without options', () => {
    const plain: OptAnswer = {
      ...{ type: 'OPT', name: '.', udpPayloadSize: 4096, flags: 0, options: [] },
      ...{ extendedRcode: 0, ednsVersion: 0, flag_do: false },
    };
    const behind = Buffer.from('and a canary');
    assert.deepEqual(said(asking('a.example', [plain])), ['a.example']);
    assert.deepEqual(said(Buffer.concat([asking('a.example'), behind])), [
      'a.example',
      'and a canary',
    ]);
  });

  it('is searched as it is where it is no question', () => {
    assert.equal(said(Buffer.from('a canary and no question at all')), null);
    assert.equal(said(asking('two.example.org').subarray(0, 20)), null);
  });

  it('leaves no byte of a name out, whatever the bytes, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (some) => {
        const bytes = Buffer.from(some);
        const parts = partsOfQuestion(bytes);
        assert.ok(parts === null || (parts[0]?.length ?? 0) <= bytes.length);
      }),
    );
  });
});
