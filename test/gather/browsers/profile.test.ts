import assert from 'node:assert/strict';
import { captionsOf, factorsOf, settingOrder } from '../../../harness/gather/browsers/profile.ts';
import { profiles } from '../../../harness/gather/browsers/profiles.ts';
import { mint } from '../../../harness/gather/browsers/profiles/mint.ts';
import { jelly } from '../../../harness/gather/browsers/profiles/jelly.ts';

const asked = new Map([
  ['mode', ['normal', 'incognito']],
  ['enhanced incognito', ['off', 'on']],
]);

describe('a browser profile', () => {
  it('says which factors an installed version has', () => {
    assert.deepEqual(factorsOf(mint, '3.4.3', asked), { levels: asked, dropped: [] });
    assert.deepEqual(factorsOf(mint, '3.10', asked).dropped, []);
  });

  it('says in a sentence what an older version has not', () => {
    const { levels, dropped } = factorsOf(mint, '3.4.0', asked);
    assert.deepEqual([...levels.keys()], ['mode']);
    assert.deepEqual(dropped, [
      'Mint Browser 3.4.0 has no "enhanced incognito": it came with 3.4.3.',
    ]);
  });

  it('says in a sentence what the browser never had', () => {
    assert.deepEqual(factorsOf(jelly, '1.0', asked).dropped, [
      'Jelly 1.0 has no "enhanced incognito".',
    ]);
    assert.deepEqual(factorsOf(jelly, '1.0', new Map([['mode', ['normal', 'guest']]])), {
      levels: new Map([['mode', ['normal']]]),
      dropped: ['Jelly 1.0 has no level "guest" of "mode".'],
    });
  });

  it('sets the switch before the mode, whose change leads away from it', () => {
    assert.deepEqual(settingOrder(mint, [...asked.keys()]), ['enhanced incognito', 'mode']);
    assert.deepEqual(settingOrder(jelly, ['unheard of', 'mode']), ['mode', 'unheard of']);
  });

  it('is known by its name, and its captions can be written in XPath', () => {
    for (const [name, profile] of profiles) {
      assert.equal(name, profile.name);
      for (const caption of captionsOf(profile)) assert.doesNotMatch(caption, /["']/);
      for (const { levels, control } of profile.factors) {
        const reached =
          control.kind === 'switch'
            ? [control.checked, control.unchecked]
            : [control.shown, control.hidden];
        assert.deepEqual(reached.toSorted(), levels.toSorted());
      }
    }
  });
});
