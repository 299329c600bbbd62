import { join } from 'node:path';
import { textOf, which } from './machine.mjs';

/** @typedef {import('./machine.mjs').Machine} Machine */

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
export function programs(root) {
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
