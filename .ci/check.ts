import { run } from '../harness/lib/children.ts';

/**
 * `npm run check`: everything that can be said of the code without running it. Each line says what ran; what a failed
 * check complained of follows it. Exit code 1 when any failed.
 */
interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Why an exit code of 0 is not to be believed; null when it is. */
  readonly doubt?: (output: string) => string | null;
}

const FORMATTED = [
  'harness/**/*.{ts,mjs,json}',
  'scenarios/**/*.ts',
  'test/**/*.ts',
  'bench/**/*.ts',
  '.ci/*.{ts,cjs}',
  'docs/**/*.md',
  '*.md',
  'package.json',
  'tsconfig.json',
  'devices.json',
  '.oxlintrc.json',
];

const CHECKS: readonly Check[] = [
  { name: 'types', command: ['tsc', '--noEmit', '--pretty', 'false'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  {
    name: 'format',
    command: ['prettier', '--check', '--no-error-on-unmatched-pattern', ...FORMATTED],
  },
  {
    name: 'imports',
    command: [
      'depcruise',
      '--config',
      '.ci/depcruise.cjs',
      'harness',
      'scenarios',
      'test',
      'bench',
    ],
    // With a compiler it does not know, dependency-cruiser reads nothing and is content.
    doubt: (output) => (/\([1-9]\d* modules/.test(output) ? null : 'it looked at no module at all'),
  },
  { name: 'dead code', command: ['knip', '--no-progress'] },
];

let failed = 0;
for (const { name, command, doubt } of CHECKS) {
  const [program, ...args] = command;
  const { code, stdout, stderr } = await run(program, args, { timeoutMs: 300_000 });
  const output = `${stdout.toString('utf8')}${stderr}`;
  const why = code === 0 ? (doubt?.(output) ?? null) : `exit code ${code}`;
  const shown = [program, ...args.filter((arg) => !FORMATTED.includes(arg))].join(' ');
  console.log(`${why === null ? '✓' : '✗'} ${name} (${shown})${why === null ? '' : `: ${why}`}`);
  if (why === null) continue;
  failed++;
  console.log(output.trimEnd().replaceAll(/^/gm, '    '));
}
console.log(failed === 0 ? 'all checks passed' : `${failed} of ${CHECKS.length} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
