import type { Answer, Call, Toolbox } from '../../tool.ts';
import { DONE, unknown } from '../../tool.ts';
import { broadcast } from './broadcast.ts';
import { instrument } from './instrument.ts';
import { intentOf } from './intent.ts';
import { start } from './start.ts';

export const activityTools: Toolbox = { am: (call) => am(call, call.args) };

/** `am` and `cmd activity`, which are the same program. */
export async function am(call: Call, [verb = '', ...args]: readonly string[]): Promise<Answer> {
  const act = VERBS.get(verb);
  return act ? await act(call, args) : unknown(`Unknown command: ${verb}`);
}

const VERBS = new Map<string, (call: Call, args: readonly string[]) => Answer | Promise<Answer>>([
  ['start', start],
  ['start-activity', start],
  ['startservice', startService],
  ['start-service', startService],
  ['start-foreground-service', startService],
  ['force-stop', forceStop],
  ['kill', forceStop],
  ['broadcast', broadcast],
  ['instrument', instrument],
  ['get-current-user', () => '0\n'],
]);

function startService({ phone }: Call, args: readonly string[]): Answer {
  const { package: name, activity } = intentOf(args);
  if (!phone.packages.get(name))
    return { err: 'Error: Not found; no service started.\n', code: 255 };
  phone.processes.start(name, { service: true });
  return `Starting service: Intent { cmp=${name}/${activity ?? ''} }\n`;
}

function forceStop({ phone }: Call, args: readonly string[]): Answer {
  const name =
    args.findLast((word, at) => !word.startsWith('-') && args[at - 1] !== '--user') ?? '';
  phone.screen.stop(name);
  if (phone.processes.stop(name)) phone.log.write('ActivityManager', `Force stopping ${name}`);
  return DONE;
}
