import assert from 'node:assert/strict';
import { behindName } from '../../../harness/judge/recipients/behind-name.ts';

describe('who is told by a name that carries a canary', () => {
  for (const [host, found, recipient] of [
    ['0ba1f00d.tunnels.example.org', '0ba1f00d', 'tunnels.example.org'],
    ['a.0ba1f00d.tunnels.example.org', '0BA1F00D', 'tunnels.example.org'],
    ['0ba1.f00d.tunnels.example.org', '0ba1f00d', 'tunnels.example.org'],
    ['0ba1.f00d.tunnels.example.org', '0ba1.f00d', 'tunnels.example.org'],
    ['x-0ba1f00d-1.tunnels.example.org', '0ba1f00d', 'tunnels.example.org'],
    ['0ba1f00d.example', '0ba1f00d', '0ba1f00d.example'],
    ['tunnels.example.org', '0ba1f00d', 'tunnels.example.org'],
    ['203.0.113.9', '', '203.0.113.9'],
  ] as const) {
    it(`${host}, found "${found}": ${recipient}`, () => {
      assert.equal(behindName({ host }, [sighting('dns', found)]), recipient);
    });
  }

  it('is its host where something else carries it', () => {
    const other = [sighting('request.body', '0ba1f00d')];
    assert.equal(behindName({ host: '0ba1f00d.example.org' }, other), '0ba1f00d.example.org');
  });
});

function sighting(where: string, found: string): Parameters<typeof behindName>[1][number] {
  return { where, layers: [{ wrapping: null, excerpt: { before: '', found, after: '', at: 0 } }] };
}
