import assert from 'node:assert/strict';
import { pieceOf } from '../../../harness/judge/sightings/tree/apart/pieces.ts';
import type { Trail } from '../../../harness/judge/sightings/tree/apart/trails.ts';
import { Trails } from '../../../harness/judge/sightings/tree/apart/trails.ts';

const named = (...values: readonly (Buffer | string)[]) =>
  values.map((bytes) => pieceOf(Buffer.from(bytes), () => 'value'));
const texts = (trails: readonly Trail[]) =>
  trails.map((trail) => trail.map(({ bytes }) => bytes.toString()));
const BEGUN = { begins: true, goesOn: true };

describe('trails of values', () => {
  it('give what stood at the place before, whatever became of the bytes it was cut from', () => {
    const trails = new Trails();
    const body = Buffer.from('first,second');
    const cut = [body.subarray(0, 5), body.subarray(6)].map((one) => pieceOf(one, () => 'value'));
    assert.deepEqual(trails.follow('here', cut, BEGUN), []);
    body.fill(0);
    assert.deepEqual(texts(trails.follow('here', named('third', 'second'), BEGUN)), [
      ['first', 'third'],
    ]);
    assert.deepEqual(texts(trails.follow('here', named('fourth', 'fifth'), BEGUN)), [
      ['first', 'third', 'fourth'],
      ['second', 'fifth'],
    ]);
  });

  it('of a body begin where something does, and end where nothing goes on', () => {
    const trails = new Trails();
    const say = (text: string, begins: boolean, goesOn: boolean) =>
      texts(trails.follow('here', named(text), { begins, goesOn }));
    assert.deepEqual(say('whole', false, true), []);
    assert.deepEqual(say('a half', true, true), []);
    assert.deepEqual(say('its other half', false, false), [['a half', 'its other half']]);
    assert.deepEqual(say('another', false, true), []);
  });

  it('forget the place that was longest silent when there are too many bytes, and no other', () => {
    const trails = new Trails();
    const values = (turn: number) =>
      named(...Array.from({ length: 64 }, () => Buffer.alloc(512, String(turn))));
    trails.follow('silent', values(0), BEGUN);
    trails.follow('spoken to', values(0), BEGUN);
    for (let place = 1; place < 1000; place++) {
      trails.follow(`place ${place}`, values(0), BEGUN);
      assert.equal(trails.follow('spoken to', values(place), BEGUN).length, 64);
    }
    assert.deepEqual(trails.follow('silent', values(1), BEGUN), []);
    assert.equal(trails.follow('place 999', values(1), BEGUN).length, 64);
  });
});
