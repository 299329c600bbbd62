import type { Answer, Call } from '../../tool.ts';

/** `am instrument -w`: runs until the UiAutomator2 server ends, is ended, or the host hangs up. */
export async function instrument(call: Call, args: readonly string[]): Promise<Answer> {
  const { phone, stdout, signal } = call;
  const component = args.at(-1) ?? '';
  const app = phone.packages.instrumentation(component);
  if (!app?.instrumentation) {
    return {
      out:
        `INSTRUMENTATION_STATUS: Error=Unable to find instrumentation info for: ComponentInfo{${component}}\n` +
        'INSTRUMENTATION_STATUS: id=ActivityManagerService\nINSTRUMENTATION_STATUS_CODE: -1\n' +
        `android.util.AndroidException: INSTRUMENTATION_FAILED: ${component}\n`,
      code: 1,
    };
  }
  const run = phone.automation.start();
  const running = phone.processes.start(app.instrumentation.target);
  const stop = (): void => {
    run.stop();
  };
  signal.addEventListener('abort', stop, { once: true });
  // `am force-stop` and `kill` end the process, and the server with it.
  phone.processes.whenEnded(running.pid, stop);
  await stdout.write(STARTED);
  await run.ended;
  signal.removeEventListener('abort', stop);
  // A newer run may own the process by now; only ours is ended.
  if (phone.processes.find(running.name)?.pid === running.pid && !phone.automation.listening) {
    phone.processes.stop(running.name);
  }
  return 'INSTRUMENTATION_RESULT: shortMsg=Process ended.\nINSTRUMENTATION_CODE: -1\n';
}

const STARTED = [
  'class=io.appium.uiautomator2.server.test.AppiumUiAutomator2Server',
  'current=1',
  'id=AndroidJUnitRunner',
  'numtests=1',
  'stream=',
  'test=startServer',
]
  .map((line) => `INSTRUMENTATION_STATUS: ${line}\n`)
  .concat('INSTRUMENTATION_STATUS_CODE: 1\n')
  .join('');
