import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join, relative, resolve } from 'node:path';

// Plain JavaScript for Node 20: it runs before the pinned Node and any package are there.

/** Oldest adb that knows what the harness asks of it. */
const ADB_AT_LEAST = 29;

/** Command → Debian package. */
export const TOOLS = new Map([
  ['adb', 'adb'],
  ['aapt', 'aapt'],
  ['curl', 'curl'],
  ['openssl', 'openssl'],
  ['setpriv', 'util-linux'],
]);

/** What only some devices and tests need beside desktop browsers: group → command → Debian package. */
export const GROUPS = new Map([
  [
    'gateway',
    new Map([
      ['ip', 'iproute2'],
      ['ss', 'iproute2'],
      ['nft', 'nftables'],
      ['tcpdump', 'tcpdump'],
    ]),
  ],
]);

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
 * Sees to the programs that the bench needs: looks them up on the PATH, and installs what is missing when it may.
 * @param {Machine} machine
 * @param {readonly string[]} groups what is needed beside: `gateway`, a desktop browser's name
 */
export async function setUpSystem({ root, env, uid, say }, groups = []) {
  const needed = [
    ...TOOLS,
    ...groups.flatMap((group) => [...(GROUPS.get(group) ?? programs(root).get(group) ?? [])]),
  ];
  const missing = needed.filter(([command]) => which(command, env) === null);
  if (missing.length > 0) {
    const packages = missing.flatMap(([, names]) => names.split(' '));
    await install([...new Set(packages)], { env, uid, say });
  }
  await checkAdb({ root, env });
}

/**
 * What the devices need that a command line names, as devices.json has them: desktop browsers, a gateway. A file that is
 * wrong is the program's to refuse. For tests each of them, where it is there or may be installed: they say what they skip.
 * @param {string[]} argv
 * @param {string} home folder of devices.json
 * @param {Pick<Machine, 'root' | 'env' | 'uid'>} machine
 */
export function groupsIn(argv, home, { root, env, uid }) {
  const known = programs(root);
  if (argv[0] === 'test') {
    const isThere = (/** @type {string} */ command) => which(command, env) !== null;
    const desktops = [...known.keys()].filter(
      (name) => uid === 0 || (known.get(name) ?? []).every(([command]) => isThere(command)),
    );
    // Tests of the gateway need root anyway: for anybody else they are skipped, and nothing is asked for.
    return uid === 0 ? ['gateway', ...desktops] : desktops;
  }
  const named = argv.flatMap((word, at) => {
    if (word.startsWith('--device=')) return word.slice('--device='.length).split(',');
    return argv[at - 1] === '--device' ? word.split(',') : [];
  });
  const devices = new Map(entriesOf(parsed(textOf(join(home, 'devices.json')) ?? '')));
  const asked = named.flatMap((name) =>
    entriesOf(devices.get(name)).flatMap(([field, value]) =>
      field === 'desktop' || field === 'listen' ? value : [],
    ),
  );
  return ['gateway', ...known.keys()].filter((name) => asked.includes(name));
}

/**
 * Browser → [command, the Debian packages that bring it].
 * @param {string} root
 * @returns {Map<string, [string, string][]>}
 */
function programs(root) {
  const table = parsed(textOf(join(root, 'harness/gather/desktop/seat/programs.json')) ?? '');
  return new Map(
    entriesOf(table).map(([name, commands]) => [
      name,
      entriesOf(commands).map(([command, packages]) => [command, String(packages)]),
    ]),
  );
}

/**
 * @param {string} text
 * @returns {unknown}
 */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {unknown} value
 * @returns {[string, unknown][]}
 */
function entriesOf(value) {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/**
 * @param {string[]} packages
 * @param {Pick<Machine, 'env' | 'uid' | 'say'>} machine
 */
async function install(packages, { env, uid, say }) {
  const names = packages.join(' ');
  const command = `apt-get install --no-install-recommends ${names}`;
  const where = `programs on this machine's PATH`;
  const aptGet = which('apt-get', env);
  if (aptGet === null) {
    throw new SetUpFault(
      `missing: ${names}`,
      where,
      `install them with this system's package manager (the names are Debian's)`,
    );
  }
  if (uid !== 0) {
    const update = 'sudo apt-get update && ';
    throw new SetUpFault(`missing: ${names}`, where, `${update}sudo ${command}`);
  }
  say(`installing ${names} (apt-get) …`);
  const quiet = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
  const patient = ['-q', '-o', 'DPkg::Lock::Timeout=120'];
  // Stale lists are worth a try where the update fails.
  const updated = await finished(aptGet, [...patient, 'update'], quiet);
  const installed = await finished(
    aptGet,
    [...patient, 'install', '-y', '--no-install-recommends', ...packages],
    quiet,
  );
  if (installed.code !== 0) {
    const said = updated.code === 0 ? installed.output : updated.output + installed.output;
    throw new SetUpFault(`apt-get could not install ${names}:\n${lastLines(said)}`, where, command);
  }
}

/**
 * Asks adb for its version once for each adb: asking costs more than all other checks together.
 * @param {Pick<Machine, 'root' | 'env'>} machine
 */
async function checkAdb({ root, env }) {
  const adb = which('adb', env);
  if (adb === null) {
    throw new SetUpFault('adb is still missing', `this machine's PATH`, 'install adb 29 or newer');
  }
  const { mtimeMs, size } = statSync(adb);
  const seen = `${adb} ${mtimeMs} ${size}`;
  const stamp = join(root, 'node_modules', '.leaklab-adb');
  if (textOf(stamp) === seen) return;
  const { output } = await finished(adb, ['version'], { env });
  const version = Number(/^Version (\d+)/m.exec(output)?.[1] ?? 0);
  if (version < ADB_AT_LEAST) {
    throw new SetUpFault(
      `adb is too old: version ${version || 'unknown'}, needed is ${ADB_AT_LEAST} or newer`,
      adb,
      `put a newer adb first on the PATH (Debian 12 has 29)`,
    );
  }
  // On a fresh clone there is no place for the stamp yet: the next start asks once more.
  if (existsSync(join(root, 'node_modules'))) writeWhole(stamp, seen);
}

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

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv, cwd?: string }} options
 * @returns {Promise<{ code: number, output: string }>}
 */
function finished(command, args, options) {
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

/** @param {Buffer} data */
function sha256(data) {
  return createHash('sha256').update(data).digest('hex');
}

/** @param {string} path */
function textOf(path) {
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
function writeWhole(path, text) {
  const part = `${path}.${process.pid}`;
  writeFileSync(part, text);
  renameSync(part, path);
}

/** @param {string} text */
function lastLines(text) {
  return text
    .trimEnd()
    .split('\n')
    .slice(-8)
    .map((line) => `    ${line}`)
    .join('\n');
}
