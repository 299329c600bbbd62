import assert from 'node:assert/strict';
import { LastValues } from '../../../harness/judge/sightings/tree/last-values.ts';

const named = (...values: readonly Buffer[]) =>
  values.map((bytes) => ({ bytes, name: () => 'value' }));

describe('last values', () => {
  it('gives what stood at the place the time before, whatever became of the bytes it was cut from', () => {
    const last = new LastValues();
    const body = Buffer.from('first,second');
    assert.equal(last.swap('here', named(body.subarray(0, 5), body.subarray(6))), undefined);
    body.fill(0);
    const before = last.swap('here', named(Buffer.from('third')));
    assert.deepEqual(before?.map(String), ['first', 'second']);
    assert.deepEqual(last.swap('here', [])?.map(String), ['third']);
  });

  it('forgets the place that was longest silent when there are too many bytes, and no other', () => {
    const last = new LastValues();
    const values = named(...Array.from({ length: 64 }, () => Buffer.alloc(512, 'v')));
    last.swap('silent', values);
    last.swap('spoken to', values);
    for (let place = 0; place < 1000; place++) {
      last.swap(`place ${place}`, values);
      assert.equal(last.swap('spoken to', values)?.length, 64);
    }
    assert.equal(last.swap('silent', values), undefined);
    assert.equal(last.swap('place 999', values)?.length, 64);
  });
});
