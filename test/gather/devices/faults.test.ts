import assert from 'node:assert/strict';
import { faultOf } from '../../../harness/gather/devices/faults.ts';
import { Fault } from '../../../harness/lib/fault.ts';

/** What the outside world was seen to say, and what it means at the bench. */
const SAID: readonly (readonly [said: string, code: string])[] = [
  [
    "Failure: 'device unauthorized.\nThis adb server's $ADB_VENDOR_KEYS is not set'",
    'phone-unauthorised',
  ],
  ["Failure: 'device still authorizing'", 'phone-unauthorised'],
  ["Failure: 'device offline'", 'phone-offline'],
  ["Failure: 'device '127.0.0.1:16555' not found'", 'phone-not-attached'],
  ["Failure: 'closed'", 'phone-offline'],
  ['Premature end of stream, needed 4 more bytes', 'phone-offline'],
  [
    'java.lang.SecurityException: Injecting to another application requires INJECT_EVENTS permission',
    'phone-refused',
  ],
  ['Command failed: /bin/false -P 5037 start-server', 'adb-gone'],
  [
    "WebDriverError: Error executing adbExec. Original error: 'Command 'adb -H 127.0.0.1 -P 46561 shell id' exited with code 1'; Command output: * cannot start server on remote host\nerror: cannot connect to daemon at tcp:127.0.0.1:46561: failed to connect",
    'adb-gone',
  ],
  [
    'WebDriverError: Unable to connect to "http://127.0.0.1:4723/", make sure browser driver is running on that address.',
    'appium-gone',
  ],
  ['connect ECONNREFUSED 127.0.0.1:4723', 'appium-gone'],
  [
    "'POST /elements' cannot be proxied to UiAutomator2 server because the instrumentation process is not running (probably crashed). Check the server log",
    'session-lost',
  ],
  [
    'The instrumentation process cannot be initialized. Make sure the application under test does not crash',
    'session-lost',
  ],
  [
    'A new session could not be created. Details: Device R58M was not in the list of connected devices',
    'phone-not-attached',
  ],
  [
    'A new session could not be created. Details: The instrumentation process cannot be initialized.',
    'session-refused',
  ],
  ['A session is either terminated or not started', 'session-lost'],
  ['invalid session id', 'session-lost'],
  ['Could not proxy command to the remote server. Original error: socket hang up', 'session-lost'],
];

describe('foreign errors', () => {
  for (const [said, code] of SAID) {
    it(`say ${code} with "${said.slice(0, 60).replaceAll('\n', ' ')}"`, () => {
      const known = faultOf(new Error(said), 'red');
      assert.ok(known instanceof Fault);
      assert.equal(known.code, code);
      assert.ok(known.message.startsWith('red: '));
      assert.ok(!known.message.includes('\n'));
      assert.ok(known.advice.length > 20);
    });
  }

  it('that nobody knows stay bugs, with their stack', () => {
    const bug = new TypeError('x is not a function');
    assert.equal(faultOf(bug, 'red'), bug);
  });

  it('that are Faults already keep their code', () => {
    const fault = new Fault('disk', 'device offline', 'Free some space.');
    assert.equal(faultOf(fault, 'red'), fault);
  });
});
