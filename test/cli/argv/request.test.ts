import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseRequest } from '../../../harness/cli/argv/request.ts';
import { Fault } from '../../../harness/lib/fault.ts';

const NPM = { npm_command: 'run-script' };

describe('the command line', () => {
  it('runs a scenario as the scenario says, unless told otherwise', () => {
    assert.deepEqual(parse('scenario', 'incognito'), {
      command: 'scenario',
      name: 'incognito',
      devices: [],
      browsers: [],
      replicates: null,
      seed: null,
      resume: null,
      failOn: null,
      reporter: null,
    });
  });

  it('reads every option of a scenario, before or after its name', () => {
    const options =
      '--device a --device=b --browser mint --replicates 20 --seed tuesday --fail-on leaks';
    const words = [...options.split(' '), '--reporter', 'json'];
    const request = {
      command: 'scenario',
      name: 'incognito',
      devices: ['a', 'b'],
      browsers: ['mint'],
      replicates: 20,
      seed: 'tuesday',
      resume: null,
      failOn: 'leaks',
      reporter: 'json',
    };
    assert.deepEqual(parse('scenario', 'incognito', ...words), request);
    assert.deepEqual(parse('scenario', ...words, 'incognito'), request);
  });

  it('runs every scenario, or lists them; to go on with a run needs its name', () => {
    const all = parse('scenario', 'all', '--replicates', '3');
    assert.deepEqual(all.command === 'scenario' && [all.name, all.replicates], ['all', 3]);
    assert.deepEqual(parse('scenario', '--list'), { command: 'list' });
    assert.throws(() => parse('scenario', 'all', '--resume'), { code: 'bad-value' });
  });

  it('resumes the latest run, or the one that is named', () => {
    const resumed = (...words: string[]): unknown => {
      const request = parse('scenario', ...words);
      return request.command === 'scenario' ? [request.name, request.resume] : null;
    };
    const run = '20261123T0210Z-incognito-3f9a';
    assert.deepEqual(resumed('incognito', '--resume'), ['incognito', 'latest']);
    assert.deepEqual(resumed('--resume', 'incognito'), ['incognito', 'latest']);
    assert.deepEqual(resumed('incognito', '--resume', run), ['incognito', run]);
    assert.deepEqual(resumed('incognito', '--resume', `results/${run}`), [
      'incognito',
      `results/${run}`,
    ]);
    assert.deepEqual(resumed('incognito', `--resume=${run}`), ['incognito', run]);
  });

  it('knows the other commands', () => {
    assert.deepEqual(parse('judge', 'results/x'), { command: 'judge', run: 'results/x' });
    assert.deepEqual(parse('doctor', '--gateway'), { command: 'doctor', gateway: true });
    assert.deepEqual(parse('restore'), { command: 'restore', devices: [] });
    assert.deepEqual(parse('restore', '--device', 'mint'), {
      command: 'restore',
      devices: ['mint'],
    });
    for (const words of [[], ['help'], ['--help'], ['scenario', '--help'], ['judge', '-h']]) {
      assert.deepEqual(parse(...words), { command: 'help' });
    }
  });

  const faults: readonly [string, string, string, string][] = [
    [
      'scenario incognit',
      'unknown-scenario',
      'there is no scenario "incognit". Did you mean "incognito"?',
      'Choose one of: incognito, keyboard.',
    ],
    ['scenario', 'no-scenario', 'which scenario?', 'Choose one of: incognito, keyboard.'],
    [
      'senario incognito',
      'unknown-command',
      'there is no command "senario". Did you mean "scenario"?',
      'Use one of: scenario, compare, judge, detect, doctor, restore, truth, calibrate (npm run leaklab -- help).',
    ],
    [
      'scenario incognito --devices a',
      'unknown-option',
      'scenario has no option --devices. Did you mean "--device"?',
      'Its options: --device, --browser, --replicates, --seed, --resume, --fail-on, --reporter, --list.',
    ],
    ['judge x --seed 1', 'unknown-option', 'judge has no option --seed.', 'It takes none.'],
    [
      'scenario incognito --device',
      'bad-value',
      '--device needs a value',
      'Write --device <value>.',
    ],
    [
      'scenario incognito --device --seed x',
      'bad-value',
      '--device needs a value',
      'Write --device <value>.',
    ],
    [
      'scenario incognito --replicates many',
      'bad-value',
      '--replicates cannot be "many"',
      'Give a whole number from 1 to 1000.',
    ],
    [
      'scenario incognito --replicates 0',
      'bad-value',
      '--replicates cannot be "0"',
      'Give a whole number from 1 to 1000.',
    ],
    [
      'scenario incognito --fail-on leak',
      'bad-value',
      '--fail-on cannot be "leak". Did you mean "leaks"?',
      'Give it leaks or change.',
    ],
    [
      'scenario incognito tuesday',
      'stray-word',
      '"tuesday" after "scenario incognito" belongs to no option',
      'Give it to one, as in --seed tuesday, or leave it out.',
    ],
    ['judge', 'no-run', 'which run?', 'Name its folder: npm run leaklab -- judge results/<run>'],
  ];
  for (const [line, code, message, advice] of faults) {
    it(`answers "${line}" with what to do`, () => {
      assert.deepEqual(faultOf(line), { code, message, advice });
    });
  }

  const eaten: readonly [string, NodeJS.ProcessEnv, string, string][] = [
    [
      'scenario incognito mint',
      { npm_config_device: 'true' },
      'npm kept --device for itself: "--" is missing',
      'Type: npm run scenario incognito -- --device mint',
    ],
    [
      'scenario incognito',
      { npm_config_fail_on: 'leaks' },
      'npm kept --fail-on for itself: "--" is missing',
      'Type: npm run scenario incognito -- --fail-on leaks',
    ],
    [
      'scenario incognito',
      { npm_config_resume: 'true' },
      'npm kept --resume for itself: "--" is missing',
      'Type: npm run scenario incognito -- --resume',
    ],
    [
      'scenario incognito mint tuesday',
      { npm_config_device: 'true', npm_config_seed: 'true' },
      'npm kept --device, --seed for itself: "--" is missing',
      'Type: npm run scenario incognito -- --device … --seed …',
    ],
    [
      'restore mint',
      { npm_config_device: 'true' },
      'npm kept --device for itself: "--" is missing',
      'Type: npm run leaklab -- restore --device mint',
    ],
  ];
  for (const [line, env, message, advice] of eaten) {
    it(`sees what npm ate of "${line}" (${Object.keys(env).join(', ')})`, () => {
      assert.deepEqual(faultOf(line, { ...NPM, ...env }), {
        code: 'options-before-dashes',
        message,
        advice,
      });
    });
  }

  it("leaves npm's own settings alone, and a shell's that never saw npm", () => {
    assert.equal(
      parse('scenario', 'incognito').command,
      parseRequest(['scenario', 'incognito'], {
        env: { ...NPM, npm_config_registry: 'x' },
        scenarios,
      }).command,
    );
    const env = { npm_config_browser: 'firefox' };
    assert.equal(parseRequest(['scenario', 'incognito'], { env, scenarios }).command, 'scenario');
  });

  it('understands any words, or says in a Fault why not', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('scenario', 'judge', 'restore', 'incognito', '--resume', '--seed', '--'),
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        try {
          parse(...words);
        } catch (error) {
          assert.ok(error instanceof Fault, String(error));
        }
      }),
    );
  });
});

const scenarios = ['incognito', 'keyboard'];

function parse(...words: string[]): ReturnType<typeof parseRequest> {
  return parseRequest(words, { env: {}, scenarios });
}

function faultOf(line: string, env: NodeJS.ProcessEnv = {}): unknown {
  try {
    parseRequest(line.split(' '), { env, scenarios });
  } catch (error) {
    assert.ok(error instanceof Fault, String(error));
    return { code: error.code, message: error.message, advice: error.advice };
  }
  return 'no fault';
}
