import assert from 'node:assert/strict';
import { Fault, messageOf, rootError } from '../../harness/lib/fault.ts';

describe('errors', () => {
  it('shows the failure of the body, not of the disposer that failed after it', async () => {
    const failing = {
      [Symbol.asyncDispose]: () => Promise.reject(new Error('cannot put the proxy back')),
    };
    const body = new Fault('phone-offline', 'the phone went offline', 'Plug it in.');
    const thrown = await (async () => {
      await using first = failing;
      await using second = failing;
      assert.notEqual(first, null);
      assert.notEqual(second, null);
      throw body;
    })().catch((error: unknown) => error);
    assert.equal(rootError(thrown), body);
    assert.equal(messageOf(thrown), 'the phone went offline');
  });
});
