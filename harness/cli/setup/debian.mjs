import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { finished, lastLines, SetUpFault, textOf, which, writeWhole } from './machine.mjs';
import { GROUPS, programs, TOOLS } from './needs.mjs';

/** @typedef {import('./machine.mjs').Machine} Machine */

/** Oldest adb that knows what the harness asks of it. */
const ADB_AT_LEAST = 29;

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
