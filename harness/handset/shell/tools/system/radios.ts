import type { Phone } from '../../../phone/phone.ts';
import type { Answer, Call, Toolbox } from '../../tool.ts';
import { DONE, unknown } from '../../tool.ts';

/** The radios, by each of the ways in which they are switched. The settings table is the one truth. */
export const radioTools: Toolbox = {
  svc: (call) => {
    const [radio = '', verb = ''] = call.args;
    if (radio === 'wifi') return switched(call, 'wifi_on', verb);
    if (radio === 'data') return switched(call, 'mobile_data', verb);
    return ['power', 'bluetooth', 'nfc', 'usb'].includes(radio)
      ? DONE
      : unknown('Available commands: help power data wifi usb nfc');
  },
};

type Radio = 'wifi_on' | 'mobile_data' | 'airplane_mode_on';

export function isOn(phone: Phone, radio: Radio): boolean {
  return (
    (phone.settings.get('global', radio) ?? (radio === 'airplane_mode_on' ? '0' : '1')) !== '0'
  );
}

/** `cmd wifi …` */
export function wifi(call: Call, [verb = '', state = '']: readonly string[]): Answer {
  if (verb === 'set-wifi-enabled') return switched(call, 'wifi_on', state);
  if (verb !== 'status') return unknown(`Unknown command: ${verb}`);
  return `Wifi is ${isOn(call.phone, 'wifi_on') ? 'enabled' : 'disabled'}\n`;
}

/** `cmd phone data …` */
export function phoneData(call: Call, [what = '', state = '']: readonly string[]): Answer {
  return what === 'data'
    ? switched(call, 'mobile_data', state)
    : unknown(`Unknown command: ${what}`);
}

/** `cmd connectivity airplane-mode [enable|disable]` */
export function connectivity(call: Call, [what = '', state]: readonly string[]): Answer {
  if (what !== 'airplane-mode') return unknown(`Unknown command: ${what}`);
  if (state !== undefined) return switched(call, 'airplane_mode_on', state);
  return `${isOn(call.phone, 'airplane_mode_on') ? 'enabled' : 'disabled'}\n`;
}

function switched({ phone }: Call, radio: Radio, state: string): Answer {
  if (!/^(enable|disable)d?$/.test(state)) return unknown(`Invalid state: ${state}`);
  phone.settings.put('global', radio, state.startsWith('enable') ? '1' : '0');
  return DONE;
}
