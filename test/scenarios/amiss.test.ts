import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadScenario } from '../../harness/cli/bench/begun/scenarios.ts';
import { scenariosIn } from '../../harness/cli/bench/begun/shelf.ts';
import { Fault } from '../../harness/lib/fault.ts';

const WORDS = new URL('../../harness/scenario.ts', import.meta.url).pathname;
/** The example of docs/writing-a-scenario.md. */
const RIGHT = `import { scenario } from '${WORDS}';
export default scenario({
  name: 'NAME',
  question: 'Is anybody told whom I add to my contacts?',
  claims: ['Nobody said so; we want to know.'],
  factors: { 'Mi Cloud': ['off', 'on'] },
  canaries: { 'a name': 'title', 'a number': 'number' },
  mayReach: { 'a name': [], 'a number': [] },
  recipientClasses: ['maker', 'processor', 'unknown'],
  contrasts: [{ factor: 'Mi Cloud', levels: ['on', 'off'], held: {} }],
  followUpSeconds: 60,
  steps: async ({ phone, canary }) => {
    await phone.addContact({ name: canary['a name'], number: canary['a number'] });
  },
});
`;

/** What somebody who writes a first scenario gets wrong, and what is said of it. */
const SLIPS: readonly (readonly [slip: string, is: string, becomes: string, said: RegExp])[] = [
  ['a missing quote', "'NAME',", "'NAME,", /^line 4: Expected ','/],
  ['a missing brace', '});\n', ');\n', /^line 13: Expected ','/],
  ['a wrong import', WORDS, `${WORDS}x`, /^Cannot find module/],
  ['no export', 'export default scenario', 'scenario', /^it gives no scenario: .*export default/],
  ['another name', "name: 'NAME'", "name: 'other'", /^its name is "other", and .* file is "slip/],
  [
    'no contrasts',
    'contrasts:',
    'contrast:',
    /^line 2: it lacks contrasts; no such word: contrast/,
  ],
  [
    'a factor not compared',
    "[{ factor: 'Mi Cloud', levels: ['on', 'off'], held: {} }]",
    '[]',
    /^it varies "Mi Cloud" and compares nothing/,
  ],
  [
    'a misspelt level',
    "levels: ['on'",
    "levels: ['onn'",
    /^"onn" is not a level .* Did you mean "on"\?/,
  ],
  ['a misspelt factor', "factor: 'Mi Cloud'", "factor: 'Mi Clud'", /^"Mi Clud" is not a factor/],
  [
    'a factor nobody has',
    "{ 'Mi Cloud'",
    "{ 'Mi Moon'",
    /^"Mi Moon" is not a factor of any phone or browser/,
  ],
  ['a misspelt mold', "'title'", "'tittle'", /^"tittle" is not the mold .* Did you mean "title"\?/],
  ['a misspelt class', "['maker'", "['makr'", /^"makr" is not a class of recipients/],
  ['a canary nobody may or may not see', "'a name': [], ", '', /^mayReach does not say .*"a name"/],
  [
    'a misspelt canary',
    "canary['a name']",
    "canary['name']",
    /^its steps fail: there is no canary "name"/,
  ],
  [
    'a wrong hand',
    'addContact',
    'addContakt',
    /^its steps fail: phone\.addContakt is not a function/,
  ],
  [
    'a canary that is never planted',
    "canary['a number']",
    "'123'",
    /^its steps never plant "a number"/,
  ],
  [
    'a word that a hand has not',
    'number: canary',
    'nr: canary',
    /^its steps never plant "a number"/,
  ],
  ['a hand not waited for', 'await phone', 'void phone', /^its steps do not wait/],
  ['nobody cited', "['Nobody said so; we want to know.']", '[]', /^its claims are no list/],
  [
    'a window of no time',
    'followUpSeconds: 60',
    "followUpSeconds: 'a minute'",
    /^followUpSeconds has/,
  ],
];

describe('a scenario by somebody who writes a first one', () => {
  let root = '';
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'leaklab-test-'));
    await mkdir(join(root, 'scenarios', 'phone'), { recursive: true });
  });
  after(() => rm(root, { recursive: true }));

  it('is found by its name, in a folder or beside the folders', async () => {
    await writeFile(join(root, 'scenarios/phone/there.ts'), RIGHT.replace('NAME', 'there'));
    await writeFile(join(root, 'scenarios/here.ts'), RIGHT.replace('NAME', 'here'));
    assert.deepEqual(
      (await scenariosIn(root)).map(({ name, theme }) => [name, theme]),
      [
        ['here', ''],
        ['there', 'phone'],
      ],
    );
    assert.equal((await loadScenario(root, 'there')).followUpMs, 60_000);
    await writeFile(join(root, 'scenarios/there.ts'), RIGHT);
    await assert.rejects(scenariosIn(root), { code: 'two-scenarios' });
    await rm(join(root, 'scenarios/there.ts'));
  });

  for (const [at, [slip, is, becomes, said]] of SLIPS.entries()) {
    it(`with ${slip} is refused in words, before anything is run`, async () => {
      const name = `slip-${at}`;
      const text = RIGHT.replace(is, becomes).replace('NAME', name);
      assert.notEqual(text, RIGHT.replace('NAME', name));
      await writeFile(join(root, `scenarios/${name}.ts`), text);
      const fault = await loadScenario(root, name).then(
        () => assert.fail('it was taken'),
        (error: unknown) => (error instanceof Fault ? error : assert.fail(String(error))),
      );
      assert.equal(fault.code, 'scenario-amiss');
      const file = `scenarios/${name}.ts: `;
      assert.equal(fault.message.slice(0, file.length), file);
      assert.match(fault.message.slice(file.length), said);
    });
  }
});
