import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { refuseEaten } from '../harness/cli/argv/eaten.ts';
import { didYouMean } from '../harness/cli/argv/nearest.ts';
import { printFault } from '../harness/cli/print-fault.ts';
import { Fault } from '../harness/lib/fault.ts';
import type { Bench } from './how/figure.ts';
import { thisMachine } from './how/machine.ts';
import type { Measured } from './how/print.ts';
import { asJson, asText } from './how/print.ts';

/*
 * npm run bench [-- <name>… --json --<option> <number>]
 * Measures what Leaklab costs on this machine. Without a name: every bench that is not long.
 */
const SUFFIX = '.bench.ts';
const root = fileURLToPath(new URL('..', import.meta.url));
const benchModule = z.object({
  bench: z.custom<Bench>(
    (value) => typeof value === 'object' && value !== null && 'measure' in value,
  ),
});

try {
  await main();
} catch (error) {
  printFault(error, { doing: 'npm run bench', output: process.stderr, env: process.env });
  process.exitCode = error instanceof Fault ? 1 : 2;
}

async function main(): Promise<void> {
  const known = await allBenches();
  const { names, json, numbers } = readArguments(known);
  const chosen = [...known].filter(([name, { long }]) =>
    names.length > 0 ? names.includes(name) : !long,
  );
  const machine = await thisMachine();
  const measured: Measured[] = [];
  for (const [name, bench] of chosen) {
    console.error(`bench ${name}: ${bench.about} …`);
    measured.push(await measure(name, bench, numbers));
  }
  process.stdout.write(json ? asJson(machine, measured) : asText(machine, measured));
}

async function measure(
  name: string,
  bench: Bench,
  numbers: ReadonlyMap<string, number>,
): Promise<Measured> {
  const workDir = await mkdtemp(join(tmpdir(), `leaklab-bench-${name}-`));
  const own = Object.entries(bench.options).map(([option, usual]): [string, number] => [
    option,
    numbers.get(option) ?? usual,
  ]);
  const options = new Map(own);
  try {
    const figures = await bench.measure({
      root,
      workDir,
      option: (option) => options.get(option) ?? Number.NaN,
      say: (line) => {
        console.error(`  ${line}`);
      },
    });
    const told = own
      .filter(([option]) => numbers.has(option))
      .map(([option, value]) => ` --${option} ${value}`);
    return { name, about: bench.about, again: `npm run bench -- ${name}${told.join('')}`, figures };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** Every `*.bench.ts` beside this file, by its name. */
async function allBenches(): Promise<ReadonlyMap<string, Bench>> {
  const files = (await readdir(import.meta.dirname)).filter((file) => file.endsWith(SUFFIX)).sort();
  const loaded = files.map(async (file): Promise<[string, Bench]> => [
    file.slice(0, -SUFFIX.length),
    benchModule.parse(await import(join(import.meta.dirname, file))).bench,
  ]);
  return new Map(await Promise.all(loaded));
}

function readArguments(known: ReadonlyMap<string, Bench>): {
  names: readonly string[];
  json: boolean;
  numbers: ReadonlyMap<string, number>;
} {
  const args = process.argv.slice(2);
  const options = new Set([...known.values()].flatMap((bench) => Object.keys(bench.options)));
  refuseEaten('bench', args, process.env, new Set([...options, 'json']));
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    strict: false,
    options: {
      json: { type: 'boolean' },
      ...Object.fromEntries([...options].map((name) => [name, { type: 'string' as const }])),
    },
  });
  for (const name of positionals) {
    if (known.has(name)) continue;
    const guess = didYouMean(name, [...known.keys()]);
    throw new Fault(
      'unknown-bench',
      `there is no bench "${name}".${guess}`,
      `Use one of: ${[...known.keys()].join(', ')}.`,
    );
  }
  const numbers = new Map<string, number>();
  for (const [name, value] of Object.entries(values)) {
    if (name === 'json') continue;
    if (!options.has(name) || typeof value !== 'string' || !/^[1-9]\d{0,6}$/.test(value)) {
      throw new Fault(
        'bad-option',
        `--${name} ${String(value)} is not understood`,
        `Known: --json, ${[...options].map((one) => `--${one} <number>`).join(', ')}.`,
      );
    }
    numbers.set(name, Number(value));
  }
  return { names: positionals, json: values['json'] === true, numbers };
}
