import assert from 'node:assert/strict';
import { join } from 'node:path';
import { z } from 'zod';
import { run } from '../../harness/lib/children.ts';
import { aCheckoutWith } from './planted.ts';

const CODE = `
interface Tap extends AsyncDisposable { heard(): Promise<string[]> }
declare function open(): Promise<Tap>;
export async function listens(): Promise<string[]> {
  await using tap = await open();
  return WORK;
}
`;

describe('the lint rules', function rules() {
  this.timeout(30_000);

  it('refuse to give the tap back before what it hears is there', async () => {
    assert.deepEqual(await complaintsAbout(CODE.replace('WORK', 'tap.heard()')), [
      'typescript(return-await)',
    ]);
    assert.deepEqual(await complaintsAbout(CODE.replace('WORK', 'await tap.heard()')), []);
  });

  const refused: readonly [string, string, string][] = [
    ['any', 'export function f(x: any): boolean { return x === 1; }', 'no-explicit-any'],
    [
      'a claim of not null',
      'export const f = (x?: string): string => x!;',
      'no-non-null-assertion',
    ],
    [
      'a cast',
      'export const f = (x: unknown): string => x as string;',
      'consistent-type-assertions',
    ],
    [
      'a promise that nobody awaits',
      'export function f(x: () => Promise<void>): void { x(); }',
      'no-floating-promises',
    ],
    [
      'a promise where nobody looks at it',
      'export function f(x: () => Promise<void>): void { [1].map((y) => y).forEach(async () => { await x(); }); }',
      'no-misused-promises',
    ],
    ['the wall clock', 'export const f = (): number => Date.now();', 'no-restricted-properties'],
    ['dice', 'export const f = (): number => Math.random();', 'no-restricted-properties'],
    ['console', `export const f = (): void => console.log('x');`, 'no-console'],
    ['a default export', 'export default 1;', 'no-default-export'],
    [
      'a forgotten case',
      `export function f(x: 'a' | 'b'): number { switch (x) { case 'a': return 1; } return 2; }`,
      'switch-exhaustiveness-check',
    ],
    ['a barrel', `export * from './other.ts';`, 'no-barrel-file'],
  ];
  for (const [what, code, rule] of refused) {
    it(`refuse ${what}`, async () => {
      const complaints = await complaintsAbout(`${code}\n`);
      assert.ok(
        complaints.some((one) => one.includes(`(${rule})`)),
        `${rule} is not among: ${complaints.join(', ')}`,
      );
    });
  }

  it('allow `as const`, and a default export in a scenario', async () => {
    await using checkout = await aCheckoutWith({
      'scenarios/a.ts': `export default ['a', 'b'] as const;\n`,
    });
    assert.deepEqual(await complaintsIn(checkout.root), []);
  });
});

async function complaintsAbout(code: string): Promise<string[]> {
  await using checkout = await aCheckoutWith({
    'harness/judge/planted.ts': code,
    'harness/judge/other.ts': 'export const other = 1;\n',
  });
  return await complaintsIn(checkout.root);
}

async function complaintsIn(root: string): Promise<string[]> {
  const program = join(root, 'node_modules/.bin/oxlint');
  const script = 'cd "$0" && exec "$1" --type-aware --format json harness scenarios';
  const { stdout } = await run('sh', ['-c', script, root, program]);
  const report = z.object({ diagnostics: z.array(z.object({ code: z.string() })) });
  return report.parse(JSON.parse(stdout.toString('utf8'))).diagnostics.map(({ code }) => code);
}
