import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { PieceMissing, withPieces } from '../../../harness/handset/roms/reading/pieces.ts';
import { translated, wordsSchema } from '../../../harness/handset/roms/reading/words.ts';
import { aBench } from '../ui/by-hand.ts';

describe('pieces of screens', () => {
  const pieces = new Map<string, unknown>([
    ['title', { class: 'TextView', text: '$words', do: '$do' }],
    [
      'two',
      [
        { use: 'title', words: 'One' },
        { use: 'title', words: '$second' },
      ],
    ],
    ['switch', { checkedWhen: { $state: 'on' }, text: 'Set $state' }],
    ['round', { use: 'round' }],
  ]);

  it('take over what they are given, whatever it is, and leave out what they are not', () => {
    assert.deepEqual(withPieces({ use: 'title', words: 'Hello', do: [{ back: true }] }, pieces), {
      class: 'TextView',
      text: 'Hello',
      do: [{ back: true }],
    });
    assert.deepEqual(withPieces({ use: 'switch', state: 'mode' }, pieces), {
      checkedWhen: { mode: 'on' },
      text: 'Set mode',
    });
    assert.deepEqual(withPieces({ use: 'title' }, pieces), { class: 'TextView' });
  });

  it('that are lists become part of the list around them', () => {
    assert.deepEqual(withPieces([{ use: 'two', second: 'Two' }, { text: 'Three' }], pieces), [
      { class: 'TextView', text: 'One' },
      { class: 'TextView', text: 'Two' },
      { text: 'Three' },
    ]);
  });

  it('that are not there, or that use themselves, are told', () => {
    assert.throws(() => withPieces({ use: 'titel' }, pieces), /no piece called titel.*title, two/);
    assert.throws(() => withPieces({ use: 'round' }, pieces), PieceMissing);
  });
});

describe('the words of the screens', () => {
  it('are replaced where people read them, and nowhere else', () => {
    const words = new Map([['Settings', 'Paramètres']]);
    assert.deepEqual(
      translated({ id: 'Settings', text: 'Settings', row: [{ hint: 'Other' }] }, words),
      {
        id: 'Settings',
        text: 'Paramètres',
        row: [{ hint: 'Other' }],
      },
    );
  });

  it('are French on a French phone, in every app that shows words', async () => {
    const bench = await aBench('test/handset/ui/french.json');
    bench.tap('Outils');
    bench.screen.launch('com.mi.globalbrowser.mini');
    bench.tap('Accepter');
    bench.tap('Menu');
    bench.tap('Paramètres');
    assert.equal(bench.see('Mode incognito amélioré').resourceId, 'android:id/title');
    bench.screen.launch('com.android.settings');
    assert.ok(bench.words().includes('Compte Mi'));
  });

  it('have a French word for each English one on the shipped screens', async () => {
    const file = await readFile('harness/handset/roms/screens/words-fr.json', 'utf8');
    const french = wordsSchema.parse(JSON.parse(file));
    const english = await aBench('test/handset/ui/everything.json');
    const shown = english.rom.apps.flatMap(({ label, screens }) => [label, ...textsIn(screens)]);
    const names = /^(GetApps|Mi Browser( Pro)?|Mi Cloud|Mint Browser|System UI|Questions|msa)$/;
    const missing = shown.filter(
      (text) => /[A-Za-z]{2}/.test(text.replaceAll(/\{[^}]*\}/g, '')) && !french.has(text),
    );
    assert.deepEqual([...new Set(missing.filter((text) => !names.test(text)))], []);
  });
});

function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    ['text', 'description', 'hint'].includes(key) && typeof inner === 'string'
      ? [inner]
      : textsIn(inner),
  );
}
