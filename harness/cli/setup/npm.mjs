import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { delimiter, join, relative, resolve } from 'node:path';
import { finished, lastLines, SetUpFault, textOf, writeWhole } from './machine.mjs';

/** @typedef {import('./machine.mjs').Machine} Machine */

/**
 * Installs the npm packages when package-lock.json is not the one they were installed from. The stamp is written
 * last, so an interrupted installation is done again.
 * @param {Machine} machine
 */
export async function setUpPackages({ root, env, say }) {
  const lock = sha256(readFileSync(join(root, 'package-lock.json')));
  const stamp = join(root, 'node_modules', '.leaklab-lock');
  if (textOf(stamp) === lock) return;
  say('installing the npm packages (about a minute) …');
  // Under `npm run -s` npm would say nothing, not even why it refuses.
  const options = [
    '--no-audit',
    '--no-fund',
    '--include=dev',
    '--include=optional',
    '--loglevel=warn',
  ];
  const outside = { ...env, PATH: withoutOurs(env['PATH'] ?? '', root) };
  const npm = (/** @type {string[]} */ ...args) =>
    finished('npm', [...args, ...options], { env: outside, cwd: root });
  let ended = await npm('ci');
  // `npm ci` refuses a lockfile that names optional packages which the registry does not serve.
  if (ended.code !== 0 && ended.output.includes('EUSAGE'))
    ended = await npm('install', '--no-save');
  if (ended.code !== 0) {
    throw new SetUpFault(
      `npm could not install the packages:\n${lastLines(ended.output)}`,
      root,
      `look at npm's message, then type the same command again`,
    );
  }
  writeWhole(stamp, lock);
}

/**
 * npm takes node_modules away under its own feet when it runs on the Node inside it.
 * @param {string} path
 * @param {string} root
 */
function withoutOurs(path, root) {
  const ours = join(root, 'node_modules');
  return path
    .split(delimiter)
    .filter((folder) => relative(ours, resolve(folder)).startsWith('..'))
    .join(delimiter);
}

/** @param {Buffer} data */
function sha256(data) {
  return createHash('sha256').update(data).digest('hex');
}
