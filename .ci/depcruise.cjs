'use strict';

/**
 * Who may import whom (design: "Import direction"). A room is a folder of harness/, or a file directly in it. Whatever
 * is not in a room's row is forbidden; every room may import itself.
 */
/** @type {Record<string, string[]>} */
const ROOMS = {
  lib: [],
  canary: ['lib'],
  record: ['canary', 'lib'],
  scenario: ['canary', 'gather/browsers/browser', 'gather/errands/deed'],
  gather: ['record', 'scenario', 'canary', 'lib'],
  judge: ['record', 'canary', 'lib'],
  report: ['judge', 'record', 'lib'],
  experiment: ['gather', 'record', 'judge', 'scenario', 'lib'],
  // It alone knows what is true: nothing in gather or judge may import it.
  calibrate: ['judge', 'record', 'scenario', 'canary', 'handset', 'lib'],
  farm: ['experiment', 'lib'],
  handset: ['lib'],
  cli: ['*'],
};

/**
 * One door a library: the only file that may import it (the handset is a program of its own, and has its own). Tests may import anything; what no row names (zod) is free.
 * Appium and its driver are programs that we start: nobody imports them.
 */
const DOORS = {
  mockttp: 'harness/gather/tap/mockttp.ts',
  'dns-packet': 'harness/gather/gateway/names.ts',
  'read-tls-client-hello': 'harness/gather/tap/packets/first-words.ts',
  webdriverio: 'harness/lib/webdriver.ts',
  '@devicefarmer/adbkit': 'harness/gather/devices/adb.ts',
  mocha: 'harness/cli/show/mocha-view.ts',
  '@devicefarmer/adbkit-apkreader': 'harness/handset/shell/tools/packages/apk.ts',
  '@peculiar/x509': 'harness/lib/certificates.ts',
  '@resvg/resvg-js': 'harness/handset/ui/picture/png.ts',
  'dejavu-fonts-ttf': 'harness/handset/ui/picture/png.ts',
  '@xmldom/xmldom': 'harness/handset/uia2/find/xpath.ts',
  xpath: 'harness/handset/uia2/find/xpath.ts',
  entities: 'harness/judge/sightings/wrappings/rows/text/entities.ts',
  'hash-wasm': 'harness/judge/sightings/forms/hashes/wasm-hashes.ts',
  sharp: 'harness/judge/sightings/pictures/pixels.ts',
  exifr: 'harness/judge/sightings/pictures/exif.ts',
  'jpeg-js': 'harness/lib/picture.ts',
  htmlparser2: ['harness/handset/ui/browser/page.ts', 'harness/gather/browsers/screen.ts'],
  appium: null,
  'appium-uiautomator2-driver': null,
};

/** The disk is reached through one file a room; children are started in one place. */
const BUILT_IN = {
  '(node:)?fs(/promises)?': String.raw`^harness/(cli/setup/[a-z]+\.mjs|[a-z]+/disk\.ts)$`,
  '(node:)?child_process': String.raw`^harness/(cli/(leaklab|setup/machine)\.mjs|lib/children\.ts)$`,
};

/** Started, not imported. */
const PROGRAMS = String.raw`^(harness/cli/(leaklab\.mjs|main\.ts)|harness/handset/((world/)?main|tell)\.ts|scenarios/|test/|bench/(main|[a-z-]+\.bench)\.ts$|\.ci/)`;

const literal = (/** @type {string} */ text) =>
  text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
const inRoom = (/** @type {string} */ room) => `^harness/${literal(room)}(/|[.]ts$)`;
const ours = '^(harness|scenarios|test|bench|[.]ci)/';
const inPackage = (/** @type {string} */ name) => `node_modules/${literal(name)}/`;

const rooms = Object.entries(ROOMS)
  .filter(([, allowed]) => !allowed.includes('*'))
  .map(([room, allowed]) => ({
    name: `${room}-imports-${allowed.join('-').replaceAll('/', '.') || 'nothing'}`,
    comment: `${room} may import ${allowed.join(', ') || 'nothing of ours'}`,
    severity: 'error',
    from: { path: inRoom(room) },
    to: { path: ours, pathNot: [room, ...allowed].map(inRoom) },
  }));

const doors = Object.entries(DOORS).map(([library, door]) => ({
  name: `door-${library}`,
  comment: door
    ? `${library} is imported in ${[door].flat().join(' and ')} only`
    : `${library} is started, not imported`,
  severity: 'error',
  from: {
    path: '^(harness|scenarios)/',
    ...(door && { pathNot: [door].flat().map((one) => `^${literal(one)}$`) }),
  },
  to: { path: inPackage(library) },
}));

const builtIn = Object.entries(BUILT_IN).map(([library, only]) => ({
  name: `door-${library.replaceAll(/[^a-z_]/g, '')}`,
  comment: `imported only in ${only}`,
  severity: 'error',
  from: { path: '^(harness|scenarios)/', pathNot: only },
  to: { path: `^${library}$` },
}));

module.exports = {
  forbidden: [
    ...rooms,
    ...doors,
    ...builtIn,
    {
      name: 'harness-stands-alone',
      comment:
        'harness never imports scenarios, tests, benches or checks; scenarios import harness/scenario.ts only',
      severity: 'error',
      from: { path: '^harness/' },
      to: { path: '^(scenarios|test|bench|[.]ci)/' },
    },
    {
      name: 'bench-imports',
      comment: 'a bench measures the harness, and needs neither tests nor checks for it',
      severity: 'error',
      from: { path: '^bench/' },
      to: { path: '^(test|[.]ci)/' },
    },
    {
      name: 'scenarios-import-scenario',
      comment: 'a scenario needs the words of harness/scenario.ts and nothing else',
      severity: 'error',
      from: { path: '^scenarios/' },
      to: { pathNot: '^harness/scenario[.]ts$' },
    },
    {
      name: 'no-cycle',
      comment: 'cycles are forbidden, type-only imports included',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphan',
      comment: 'a file that nobody imports and nobody starts is dead',
      severity: 'error',
      from: { orphan: true, pathNot: [PROGRAMS, '[.]json$', '[.]d[.]ts$'] },
      to: {},
    },
    {
      name: 'resolvable',
      comment: 'an import that leads nowhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'types', 'default'],
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json'],
    },
  },
};
