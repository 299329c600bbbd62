import assert from 'node:assert/strict';
import { romNamed } from '../../../harness/cli/bench/profiles.ts';
import { Fault } from '../../../harness/lib/fault.ts';

describe('a ROM profile that is not there', () => {
  const refusal = (message: string) => (error: unknown) => {
    assert.ok(error instanceof Fault);
    assert.deepEqual([error.code, error.message], ['rom-unknown', message]);
    assert.match(error.advice, /^Use one of .*lineage-17, .*or the path of a JSON file\.$/);
    return true;
  };

  it('is a Fault with the name that was probably meant, as a scenario is', async () => {
    await assert.rejects(
      romNamed('linage-17'),
      refusal('There is no ROM profile called linage-17. Did you mean "lineage-17"?'),
    );
  });

  it('is not guessed at where no name is near', async () => {
    await assert.rejects(romNamed('qqqq'), refusal('There is no ROM profile called qqqq.'));
  });
});
