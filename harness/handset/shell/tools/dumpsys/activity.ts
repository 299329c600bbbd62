import type { Phone } from '../../../phone/phone.ts';
import type { Answer, Call } from '../../tool.ts';
import { unknown } from '../../tool.ts';

/** `dumpsys activity [services P|processes|activities|…]`: what runs, and what is in front. */
export function activityState(
  { phone }: Call,
  [section = 'activities', name = '']: readonly string[],
): Answer {
  if (section === 'services') return services(phone, name);
  if (section === 'processes') return processes(phone);
  const known = ['activities', 'a', 'top', 'recents', 'lastanr'].includes(section);
  return known
    ? activities(phone)
    : unknown(`Bad activity command, or no activities match: ${section}`, 0);
}

/** `name` is a package or `package/class`. */
function services(phone: Phone, name: string): string {
  const [owner = '', service] = name.split('/');
  const running = phone.processes
    .list()
    .filter((process) => process.service && (owner === '' || process.name === owner))
    .filter(() => service === undefined || service === '.ForegroundService');
  const lines = running.map(
    (process) =>
      `  * ServiceRecord{${process.pid.toString(16)} u0 ${process.name}/.ForegroundService}\n` +
      `    app=ProcessRecord{${process.pid.toString(16)} ${process.pid}:${process.name}/${process.user}}\n` +
      '    isForeground=true foregroundId=1\n',
  );
  const body =
    lines.length === 0 ? '  (nothing)\n' : `  User 0 active services:\n${lines.join('')}`;
  return `ACTIVITY MANAGER SERVICES (dumpsys activity services)\n${body}`;
}

function processes(phone: Phone): string {
  const lines = phone.processes
    .list()
    .filter((process) => process.name.includes('.'))
    .map(
      ({ pid, name, user }) =>
        `  *APP* UID ${phone.packages.get(name)?.uid ?? 1000} ProcessRecord{${pid.toString(16)} ${pid}:${name}/${user}}\n`,
    );
  return `ACTIVITY MANAGER RUNNING PROCESSES (dumpsys activity processes)\n  All known processes:\n${lines.join('')}`;
}

function activities(phone: Phone): string {
  const record = `ActivityRecord{1a2b3c u0 ${component(phone)} t10}`;
  return (
    'ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)\nDisplay #0 (activities from top to bottom):\n' +
    `  topResumedActivity=${record}\n  mResumedActivity: ${record}\n  mFocusedActivity: ${record}\n`
  );
}

/** What is in front, as `package/class`. */
export function component(phone: Phone): string {
  const { package: name, activity } = phone.screen.foreground();
  return activity.includes('/') ? activity : `${name}/${activity}`;
}
