import type { Phone } from '../../../phone/phone.ts';
import type { User } from '../../../phone/rights.ts';
import type { Answer, Toolbox } from '../../tool.ts';
import { DONE, failed } from '../../tool.ts';

export const timeTools: Toolbox = {
  date: ({ args, phone, session }) => {
    const wanted = args[args.indexOf('-s') + 1];
    if (args.includes('-s') || args[0]?.startsWith('@')) {
      return setClock(phone, session.user, args[0]?.startsWith('@') ? args[0] : (wanted ?? ''));
    }
    const format = args.find((word) => word.startsWith('+')) ?? '+%a %b %e %T UTC %Y';
    return `${formatted(format.slice(1), phone.clock.now())}\n`;
  },
  sleep: async ({ args: [seconds = ''], phone, signal }) => {
    const ms = Number(seconds.replace(/s$/, '')) * 1000;
    if (!Number.isFinite(ms)) return failed(`sleep: bad number '${seconds}'`);
    await phone.clock.wait(ms, signal).catch(() => undefined);
    return DONE;
  },
  uptime: () => ' 00:00:00 up 1 day,  0:00,  0 users,  load average: 0.00, 0.00, 0.00\n',
};

/** `date @EPOCH` and `date -s @EPOCH`, with root's rights: from then on the phone's clock is so far off. */
function setClock(phone: Phone, user: User, wanted: string): Answer {
  const seconds = Number(/^@(\d{1,11})$/.exec(wanted)?.[1]);
  if (!Number.isFinite(seconds)) return failed(`date: bad date '${wanted}'`);
  if (user !== 'root') return failed('date: cannot set date: Operation not permitted');
  phone.faults.mend('clock-wrong');
  phone.faults.begin({ fault: 'clock-wrong', byMs: seconds * 1000 - phone.clock.now() });
  return `${new Date(phone.clock.now()).toUTCString()}\n`;
}

/** strftime, in UTC, for the directives that the host uses. */
function formatted(format: string, now: number): string {
  const date = new Date(now);
  const iso = date.toISOString();
  const [weekday = '', day = '', month = ''] = date.toUTCString().split(/,? /);
  const values = new Map([
    ['Y', iso.slice(0, 4)],
    ['m', iso.slice(5, 7)],
    ['d', iso.slice(8, 10)],
    ['H', iso.slice(11, 13)],
    ['M', iso.slice(14, 16)],
    ['S', iso.slice(17, 19)],
    ['T', iso.slice(11, 19)],
    ['F', iso.slice(0, 10)],
    ['N', `${iso.slice(20, 23)}000000`],
    ['z', '+0000'],
    ['Z', 'UTC'],
    ['s', String(Math.floor(now / 1000))],
    ['a', weekday],
    ['b', month],
    ['e', String(Number(day)).padStart(2)],
    ['%', '%'],
  ]);
  return format.replaceAll(
    /%([a-zA-Z%])/g,
    (directive, letter: string) => values.get(letter) ?? directive,
  );
}
