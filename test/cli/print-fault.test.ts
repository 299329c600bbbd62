import assert from 'node:assert/strict';
import { EXIT, exitCodeOf, Interrupted } from '../../harness/cli/exit-code.ts';
import { printFault } from '../../harness/cli/print-fault.ts';
import { Fault } from '../../harness/lib/fault.ts';

const running = new AbortController().signal;

describe('what stopped a command', () => {
  it('prints a Fault as what happened, where, and what to do', () => {
    assert.equal(
      printed(new Fault('not-attached', 'mint is not attached', 'Plug it in.')),
      '✗ mint is not attached\n' +
        '  where  leaklab scenario incognito (not-attached)\n' +
        '  do     Plug it in.\n',
    );
  });

  it('prints the failure of the body when giving back failed as well', () => {
    const body = new Fault('offline', 'mint is offline', 'Look at the cable.');
    const giving = new Error('the tap would not close');
    const again = new SuppressedError(giving, new SuppressedError(giving, body));
    assert.match(printed(again), /^✗ mint is offline\n/);
  });

  it("escapes a phone's words", () => {
    const fault = new Fault('odd', 'the phone says \u001b[8m\u202e', 'Look.');
    assert.match(printed(fault), /^✗ the phone says \\u\{1b\}\[8m\\u\{202e\}\n/);
  });

  it('keeps the stack of a bug, and of what caused it', () => {
    const text = printed(new TypeError('x is not a function', { cause: new Error('deeper') }));
    assert.match(text, /^✗ a bug in Leaklab, in leaklab scenario incognito:\nTypeError: x is not/);
    assert.match(text, /\n {4}at .*print-fault\.test\.ts:\d+/);
    assert.match(text, /\ncaused by Error: deeper\n/);
    assert.match(text, /Please report it .*; finished trials are kept\.\n$/);
  });

  it('ends with a cause that names itself', () => {
    const snake = new Error('snake');
    snake.cause = snake;
    assert.match(printed(snake), /Please report it/);
  });

  it('prints whatever was thrown', () => {
    assert.match(printed('a word'), /:\na word\n/);
    assert.match(printed(null), /:\nnull\n/);
  });
});

describe('the exit code', () => {
  it('is 1 for a Fault and 2 for a bug, also when giving back failed', () => {
    const fault = new Fault('x', 'x', 'x');
    assert.equal(exitCodeOf(fault, running), EXIT.fault);
    assert.equal(exitCodeOf(new Error('x'), running), EXIT.bug);
    assert.equal(exitCodeOf(new SuppressedError(new Error('x'), fault), running), EXIT.fault);
    assert.equal(exitCodeOf(new SuppressedError(fault, new Error('x')), running), EXIT.bug);
  });

  it('is 130 for whatever followed from an interruption', () => {
    const stopped = AbortSignal.abort(new Interrupted());
    assert.equal(exitCodeOf(new Fault('x', 'x', 'x'), stopped), EXIT.interrupted);
    assert.equal(exitCodeOf(stopped.reason, stopped), EXIT.interrupted);
  });

  it('is 2 when a bug was the reason for stopping', () => {
    const stopped = AbortSignal.abort(new Error('nobody awaited it'));
    assert.equal(exitCodeOf(new Fault('x', 'x', 'x'), stopped), EXIT.bug);
  });
});

function printed(error: unknown): string {
  let text = '';
  const output = { write: (chunk: string) => (text += chunk) };
  printFault(error, { doing: 'leaklab scenario incognito', output, env: {} });
  return text;
}
