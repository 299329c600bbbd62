import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mint } from '../../../harness/canary.ts';
import { formsOf } from '../../../harness/judge/sightings/forms.ts';
import { makeSpotter } from '../../../harness/judge/sightings/spot.ts';
import { FULL_BUDGET, Purse } from '../../../harness/judge/sightings/tree/budget.ts';
import { Peeler } from '../../../harness/judge/sightings/tree/peel.ts';
import { entities } from '../../../harness/judge/sightings/wrappings/rows/text/entities.ts';
import { Value } from '../../../harness/judge/sightings/wrappings/value.ts';

const [PAGE, TITLE] = mint(
  { page: 'page', title: 'title' },
  { run: 'run', seed: 'pages', trial: '1' },
);
assert.ok(PAGE && TITLE);
const SPOT = makeSpotter(
  [PAGE, TITLE].flatMap((owner) => formsOf(owner).map((form) => ({ owner, form }))),
);

const PROSE = '<p class="x">some words &amp; more of them, in a caf&eacute;</p>\n'.repeat(60);
const OPENED = PROSE.replaceAll('&amp;', '&').replaceAll('&eacute;', 'é');

const NAMES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function named(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => NAMES[sign] ?? sign);
}

function numbered(text: string): string {
  return Array.from(text, (sign) => `&#${sign.codePointAt(0) ?? 0};`).join('');
}

/** Each sighting in the page as its wrappings and its canary. */
function found(page: string): string[] {
  const { found: all } = new Peeler(SPOT).peel(Buffer.from(page), new Purse(FULL_BUDGET));
  return all.map(({ needle, wrappings }) => [...wrappings, needle.owner.name].join(' › '));
}

describe('entities in a long page', () => {
  it('are undone wherever they stand, and nothing else is changed', () => {
    const text = fc.stringMatching(/^[ -~äé€<>"&]{0,40}$/);
    const piece = fc.oneof(
      text.map((plain) => [plain.replaceAll('&', '+'), plain.replaceAll('&', '+')] as const),
      text.map((plain) => [named(plain), plain] as const),
      text.map((plain) => [numbered(plain), plain] as const),
      fc.constant(['&nGt;', '≫⃒'] as const),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 300 }), (pieces) => {
        const page = PROSE + pieces.map(([written]) => written).join('\n');
        const [leaves] = entities.open(new Value(Buffer.from(page)), 2 ** 24).leaves;
        const plain = OPENED + pieces.map(([, opened]) => opened).join('\n');
        assert.equal(leaves?.bytes?.toString(), plain);
      }),
      { numRuns: 40 },
    );
  });

  it('hide no canary, in an attribute, between tags, or wrapped once more in either', () => {
    const packed = Buffer.from(PAGE.value).toString('base64');
    const json = JSON.stringify({ a: 'x', u: packed });
    for (const inner of [
      `<a href="/go?x=1&amp;u=${encodeURIComponent(PAGE.value)}&amp;z=2">`,
      `<div data-state="${named(json)}">`,
      `<div>${named(json)} and some words</div>`,
      `<script type="x">${numbered(json)}</script>`,
      `<td>${named(named(`<a href="/?u=${packed}&r=1">`))}</td>`,
      `<i>${named('>>')} a&nbsp;b ${packed.replace('a', '&#97;')} c</i>`,
    ]) {
      const seen = found(PROSE + inner + PROSE);
      assert.ok(
        seen.some((one) => one.includes('entities › ') && one.endsWith(' › page')),
        `${inner}: ${seen.join(', ')}`,
      );
    }
  });

  it('are told where a sentence alone surrounds the canary', () => {
    const spaced = TITLE.value.replace(' ', '&#32;');
    assert.deepEqual(found(`${PROSE}<p>${spaced}</p>${PROSE}`), ['entities › title']);
    assert.deepEqual(found(`${PROSE}<p>${TITLE.value}</p>${PROSE}`), ['title']);
  });
});
