import { NO_SETTINGS, usbMay } from '../../../phone/faults/effects.ts';
import { isNamespace } from '../../../phone/settings.ts';
import type { Call, Toolbox } from '../../tool.ts';
import { DONE, failed, unknown } from '../../tool.ts';

/** What the system is set to: `getprop`, `settings`, `appops`, `locksettings`. */
export const propertyTools: Toolbox = {
  getprop: ({ args: [key, fallback = ''], phone }) => {
    if (key !== undefined) return `${phone.properties.get(key) ?? fallback}\n`;
    const rows = [...phone.properties].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return rows.map(([name, value]) => `[${name}]: [${value}]\n`).join('');
  },
  setprop: ({ args: [key = ''] }) =>
    failed(`Failed to set property '${key}' to value: permission denied`),
  settings,
  appops: ({ args: [verb = ''] }) =>
    ['set', 'get', 'reset'].includes(verb) ? DONE : unknown(`Error: Unknown command: ${verb}`),
  locksettings: ({ args: [verb = ''] }) => (verb === 'get-disabled' ? 'true\n' : DONE),
};

/** The shell may change all three namespaces, where the owner lets it: that is how the proxy is set without root. */
function settings({ args, phone, session }: Call): ReturnType<Toolbox[string]> {
  const words = args.filter((word, at) => word !== '--user' && args[at - 1] !== '--user');
  const [verb, namespace, key = '', value = ''] = words;
  if (!isNamespace(namespace)) return unknown(`Invalid namespace '${namespace ?? ''}'`);
  if (verb === 'get') return `${phone.settings.get(namespace, key) ?? 'null'}\n`;
  if (verb === 'list')
    return phone.settings
      .list(namespace)
      .map((row) => `${row.join('=')}\n`)
      .join('');
  if (['delete', 'put'].includes(verb ?? '') && session.user !== 'root' && !usbMay('input', phone))
    return failed(`\nException occurred while executing '${verb ?? ''}':\n${NO_SETTINGS}`, 255);
  if (verb === 'delete') return `Deleted ${phone.settings.delete(namespace, key) ? 1 : 0} rows\n`;
  if (verb !== 'put' || words.length < 4) return unknown(`Invalid command: ${verb ?? ''}`);
  phone.settings.put(namespace, key, value);
  return DONE;
}
