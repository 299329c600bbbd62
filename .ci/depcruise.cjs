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
  scenario: ['canary', 'gather/browsers/browser'],
  gather: ['record', 'scenario', 'canary', 'lib'],
  judge: ['record', 'canary', 'lib'],
  report: ['judge', 'record', 'lib'],
  experiment: ['gather', 'record', 'judge', 'scenario', 'lib'],
  calibrate: ['experiment', 'handset', 'report', 'lib'],
  farm: ['experiment', 'lib'],
  handset: ['lib'],
  cli: ['*'],
};

/**
 * One door a library: the only place that may import it, and there one file only. Tests may import anything; what no
 * row names (zod) is free. Appium and its driver are programs that we start: nobody imports them.
 */
const DOORS = {
  mockttp: 'harness/gather/tap/',
  webdriverio: 'harness/gather/browsers/',
  '@devicefarmer/adbkit': 'harness/gather/devices/',
  '@devicefarmer/adbkit-apkreader': 'harness/handset/',
  '@peculiar/x509': 'harness/handset/',
  '@resvg/resvg-js': 'harness/handset/',
  'dejavu-fonts-ttf': 'harness/handset/',
  '@xmldom/xmldom': 'harness/handset/',
  xpath: 'harness/handset/',
  htmlparser2: 'harness/handset/',
  mocha: 'harness/cli/show/mocha-view',
  appium: null,
  'appium-uiautomator2-driver': null,
};

/** The disk is reached through one file a room; children are started in one place. */
const BUILT_IN = {
  '(node:)?fs(/promises)?': String.raw`^harness/(cli/setup\.mjs|[a-z]+/disk\.ts)$`,
  '(node:)?child_process': String.raw`^harness/(cli/(leaklab|setup)\.mjs|lib/children\.ts)$`,
};

/** Started, not imported. */
const PROGRAMS = String.raw`^(harness/cli/(leaklab\.mjs|main\.ts)|harness/handset/(world/)?main\.ts|scenarios/|test/|\.ci/)`;

const literal = (/** @type {string} */ text) =>
  text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
const inRoom = (/** @type {string} */ room) => `^harness/${literal(room)}(/|[.]ts$)`;
const ours = '^(harness|scenarios|test|[.]ci)/';
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

const doors = Object.entries(DOORS).flatMap(([library, door]) => [
  {
    name: `door-${library}`,
    comment: door
      ? `${library} is imported in ${door} only`
      : `${library} is started, not imported`,
    severity: 'error',
    from: { path: '^(harness|scenarios)/', ...(door && { pathNot: `^${literal(door)}` }) },
    to: { path: inPackage(library) },
  },
  {
    name: `one-door-${library}`,
    comment: `${library} is imported in one file only`,
    severity: 'error',
    from: { path: '^harness/' },
    module: { path: inPackage(library), numberOfDependentsMoreThan: 1 },
  },
]);

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
        'harness never imports scenarios, tests or checks; scenarios import harness/scenario.ts only',
      severity: 'error',
      from: { path: '^harness/' },
      to: { path: '^(scenarios|test|[.]ci)/' },
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
      from: { orphan: true, pathNot: [PROGRAMS, '[.]json$'] },
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
