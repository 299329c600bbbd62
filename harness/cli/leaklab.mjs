#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUpSystem } from './setup/debian.mjs';
import { SetUpFault, which } from './setup/machine.mjs';
import { groupsIn } from './setup/needs.mjs';
import { setUpPackages } from './setup/npm.mjs';

// Plain JavaScript for Node 20, behind every npm script and the bin: sets up what is missing, then starts the pinned
// Node. Nothing here may import a package.

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Commands that are programs of their own; all others are main.ts's. */
const PROGRAMS = new Map([
  ['test', 'node_modules/mocha/bin/mocha.js'],
  ['bench', 'bench/main.ts'],
  ['check', '.ci/check.ts'],
]);

/**
 * What Node is told for a command. A capture of gigabytes is read line by line, and each line is garbage at once: of a young
 * generation an eighth of Node's own it takes 80 MB less.
 */
const FLAGS = new Map([['detect', ['--max-semi-space-size=2']]]);

/** Commands that touch a phone, and so need adb and its company. */
const BENCH = new Set(['scenario', 'restore', 'calibrate', 'test', 'bench']);

try {
  const [command = '', ...rest] = process.argv.slice(2);
  const machine = {
    root,
    env: process.env,
    uid: process.getuid?.() ?? 0,
    say: (/** @type {string} */ line) => console.error(`leaklab: ${line}`),
  };
  // First what may need the person: nobody waits a minute for npm to be told of a missing adb.
  if (BENCH.has(command)) {
    await setUpSystem(machine, groupsIn(process.argv.slice(2), process.cwd(), machine));
  }
  await setUpPackages(machine);
  const program = PROGRAMS.get(command);
  const flags = FLAGS.get(command) ?? [];
  if (program === undefined)
    start(flags, 'harness/cli/main.ts', process.argv.slice(2), process.cwd());
  else start(flags, program, rest, root);
} catch (error) {
  if (!(error instanceof SetUpFault)) throw error;
  console.error(`✗ ${error.message}\n  where  ${error.where}\n  do     ${error.advice}`);
  process.exitCode = 1;
}

/**
 * Runs a program on the pinned Node until it ends, and ends as it did. It dies with us, even under `kill -9`.
 * @param {string[]} flags
 * @param {string} file
 * @param {string[]} args
 * @param {string} cwd
 */
function start(flags, file, args, cwd) {
  const bin = join(root, 'node_modules', '.bin');
  const node = which('node', { PATH: bin });
  if (node === null) {
    throw new SetUpFault(
      `there is no Node 24 for this kind of machine (${process.platform} ${process.arch})`,
      'optionalDependencies of package.json',
      'run Leaklab on Linux, x64 or arm64',
    );
  }
  const command = [node, ...flags, join(root, file), ...args];
  const setpriv = which('setpriv', process.env);
  if (setpriv !== null) command.unshift(setpriv, '--pdeathsig', 'KILL', '--');
  const env = {
    // Compiled code, types taken off, is kept from one start to the next and shared by all that we start: without it
    // half of what a handset costs is the compiler.
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'),
    // glibc gives each thread an arena of its own, and what was freed in one is of no use in the others.
    MALLOC_ARENA_MAX: '2',
    ...process.env,
    PATH: bin + delimiter + (process.env['PATH'] ?? ''),
  };
  const child = spawn(command[0] ?? node, command.slice(1), { cwd, env, stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  child.once('close', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  });
}
