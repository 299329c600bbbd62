import type { Answer, Call, Toolbox } from '../tool.ts';
import { DONE, unknown } from '../tool.ts';
import { am } from './activity/am.ts';
import { pm } from './packages/pm.ts';
import { connectivity, phoneData, wifi } from './system/radios.ts';

/** `cmd SERVICE …`: asks a system service straight. */
export const cmdTools: Toolbox = {
  cmd: async (call) => {
    const [service = '', ...args] = call.args.filter((word, at) => !(at === 0 && word === '-w'));
    const act = SERVICES.get(service);
    return act ? await act(call, args) : unknown(`cmd: Can't find service: ${service}`, 20);
  },
};

const SERVICES = new Map<string, (call: Call, args: readonly string[]) => Answer | Promise<Answer>>(
  [
    ['package', pm],
    ['activity', am],
    ['notification', notification],
    ['wifi', wifi],
    ['phone', phoneData],
    ['connectivity', connectivity],
    ['settings', async (call, args) => ({ code: await call.run(['settings', ...args]) })],
    ['appops', async (call, args) => ({ code: await call.run(['appops', ...args]) })],
    ['statusbar', statusBar],
    ['content', async (call, args) => ({ code: await call.run(['content', ...args]) })],
  ],
);

function statusBar({ phone }: Call, [verb = '']: readonly string[]): Answer {
  if (verb === 'expand-notifications' || verb === 'expand-settings') phone.screen.shade(true);
  else if (verb === 'collapse') phone.screen.shade(false);
  return DONE;
}

function notification(_call: Call, [verb = '']: readonly string[]): Answer {
  const known = ['allow_listener', 'disallow_listener', 'set_dnd'].includes(verb);
  return known ? DONE : unknown(`Unknown command: ${verb}`);
}
