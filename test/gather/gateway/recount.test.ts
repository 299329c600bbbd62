import assert from 'node:assert/strict';
import { compared } from '../../../harness/gather/gateway/recount.ts';

describe('requests counted again by another program', () => {
  const from = (port: number, begun = true) => ({ client: { port }, begun });
  const line = (clientPort: number, aborted = false) => ({ clientPort, aborted });

  it('are the same on every connection, or the trial says on which not', () => {
    const counts = new Map([
      [1, 2],
      [2, 3],
      [3, 1],
    ]);
    const told = [line(1), line(1), line(2), line(2), line(3), line(3)];
    assert.deepEqual(compared(counts, [from(1), from(2), from(3)], told), {
      recount: { counted: 6, told: 6, unopened: 0 },
      why: [
        'tshark counts 3 requests from port 2, of which the tap told 2',
        'tshark counts 1 requests from port 3, of which the tap told 2',
      ],
    });
  });

  it('may lack what was cut off, and nothing else', () => {
    const told = [line(1), line(1, true), line(2), line(2, true)];
    const counted = (one: number, two: number): readonly string[] =>
      compared(
        new Map([
          [1, one],
          [2, two],
        ]),
        [from(1), from(2)],
        told,
      ).why;
    assert.deepEqual(counted(1, 2), []);
    assert.equal(counted(3, 2).length, 1);
  });

  it('are not compared where the other program could read nothing, or the connection began before', () => {
    const { recount, why } = compared(new Map([[2, 1]]), [from(1), from(2, false)], [line(1)]);
    assert.deepEqual([recount, why], [{ counted: 0, told: 0, unopened: 1 }, []]);
  });
});
