import type { Answer, Call, Toolbox } from '../../tool.ts';
import { unknown } from '../../tool.ts';
import { isOn } from '../system/radios.ts';
import { activityState } from './activity.ts';
import { packageState } from './package.ts';
import { windowState } from './window.ts';

/** `dumpsys SERVICE …`: a system service tells of itself. */
export const dumpsysTools: Toolbox = {
  dumpsys: (call) => {
    const [service = '', ...args] = call.args.filter((word) => word !== '-l');
    const tell = SERVICES.get(service);
    return tell ? tell(call, args) : unknown(`Can't find service: ${service}`, 1);
  },
};

const SERVICES = new Map<string, (call: Call, args: readonly string[]) => Answer>([
  ['activity', activityState],
  ['package', packageState],
  ['window', windowState],
  [
    'power',
    () =>
      'POWER MANAGER (dumpsys power)\n\nPower Manager State:\n  mWakefulness=Awake\n  mIsPowered=true\n',
  ],
  ['battery', battery],
  ['deviceidle', deviceIdle],
  [
    'input_method',
    () => 'Current Input Method Manager state:\n  mInputShown=false\n  mIsInputViewShown=false\n',
  ],
  ['wifi', ({ phone }) => `Wi-Fi is ${isOn(phone, 'wifi_on') ? 'enabled' : 'disabled'}\n`],
]);

function battery({ phone }: Call): Answer {
  const low = phone.faults.is('battery-low');
  return (
    `Current Battery Service state:\n  AC powered: false\n  USB powered: ${low === undefined}\n  Wireless powered: false\n` +
    `  status: ${low ? 3 : 2}\n  health: 2\n  present: true\n  level: ${low?.level ?? 97}\n  scale: 100\n  voltage: 4300\n` +
    '  temperature: 271\n  technology: Li-poly\n'
  );
}

/** `whitelist +P`: keeps an app out of doze. Nothing dozes here. */
function deviceIdle(_call: Call, [verb = '', ...names]: readonly string[]): Answer {
  if (verb !== 'whitelist') return unknown(`Unknown command: ${verb}`);
  const changed = names.map(
    (name) => `${name.startsWith('-') ? 'Removed' : 'Added'}: ${name.slice(1)}\n`,
  );
  return changed.join('');
}
