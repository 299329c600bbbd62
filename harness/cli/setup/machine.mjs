import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

// Plain JavaScript for Node 20: it runs before the pinned Node and any package are there.

/** Something the person at the machine can put right; printed as what, where, what to do. */
export class SetUpFault extends Error {
  /**
   * @param {string} message
   * @param {string} where
   * @param {string} advice
   */
  constructor(message, where, advice) {
    super(message);
    this.name = 'SetUpFault';
    this.where = where;
    this.advice = advice;
  }
}

/**
 * @typedef {object} Machine
 * @property {string} root folder of package.json
 * @property {NodeJS.ProcessEnv} env
 * @property {number} uid
 * @property {(line: string) => void} say
 */

/**
 * Where a command is, as the shell would find it; null when nowhere.
 * @param {string} command
 * @param {NodeJS.ProcessEnv} env
 */
export function which(command, env) {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(resolve(folder), command);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv, cwd?: string }} options
 * @returns {Promise<{ code: number, output: string }>}
 */
export function finished(command, args, options) {
  return new Promise((end) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        output = (output + text).slice(-100_000);
      });
    }
    child.once('error', (error) => end({ code: 127, output: `${command}: ${error.message}` }));
    child.once('close', (code) => end({ code: code ?? 128, output }));
  });
}

/** @param {string} path */
export function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/**
 * A reader sees the old stamp or the new one, never half of it.
 * @param {string} path
 * @param {string} text
 */
export function writeWhole(path, text) {
  const part = `${path}.${process.pid}`;
  writeFileSync(part, text);
  renameSync(part, path);
}

/** @param {string} text */
export function lastLines(text) {
  return text
    .trimEnd()
    .split('\n')
    .slice(-8)
    .map((line) => `    ${line}`)
    .join('\n');
}
