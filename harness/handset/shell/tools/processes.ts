import type { Phone } from '../../phone/phone.ts';
import type { Process } from '../../phone/programs/processes.ts';
import type { Call, Toolbox } from '../tool.ts';
import { DONE, failed } from '../tool.ts';

export const processTools: Toolbox = {
  ps: ({ args, phone }) => {
    if (args.includes('--help')) return HELP;
    const all = args.some((word) => ['-A', '-e', '-ef'].includes(word));
    const named = args.find((word) => !word.startsWith('-'));
    const shown = running(phone).filter(({ name, user }) =>
      named === undefined ? all || user === 'shell' : name.includes(named),
    );
    return HEADER + shown.map(row).join('');
  },
  pidof: ({ args, phone }) => {
    const pids = running(phone)
      .filter(({ name }) => args.includes(name))
      .map(({ pid }) => pid);
    return pids.length > 0 ? `${pids.join(' ')}\n` : { code: 1 };
  },
  pgrep: ({ args, phone }) => {
    const pattern = args.findLast((word) => !word.startsWith('-')) ?? '';
    const found = running(phone).filter(({ name }) => name.includes(pattern));
    return found.length > 0 ? found.map(({ pid }) => `${pid}\n`).join('') : { code: 1 };
  },
  kill,
  killall: (call) => {
    const names = call.args.filter((word) => !word.startsWith('-'));
    const pids = running(call.phone).flatMap(({ name, pid }) =>
      names.includes(name) ? [pid] : [],
    );
    return pids.length > 0
      ? kill({ ...call, args: pids.map(String) })
      : failed(`killall: ${names.join(' ')}: No such process`);
  },
};

/** An app that is in front runs, whoever brought it there. */
function running(phone: Phone): readonly Process[] {
  phone.processes.start(phone.screen.foreground().package);
  return phone.processes.list();
}

function kill({ args, phone, session }: Call): ReturnType<Toolbox[string]> {
  for (const word of args.filter((each) => !each.startsWith('-'))) {
    const process = phone.processes.get(Number(word));
    if (!process) return failed(`kill: ${word}: No such process`);
    if (session.user !== 'root') return failed(`kill: ${word}: Operation not permitted`);
    if (phone.packages.get(process.name)) phone.screen.stop(process.name);
    phone.processes.kill(process.pid);
  }
  return DONE;
}

const HEADER = 'USER           PID  PPID     VSZ    RSS WCHAN            ADDR S NAME\n';

function row({ user, pid, parent, name }: Process): string {
  const ids = `${user.padEnd(12)} ${String(pid).padStart(5)} ${String(parent).padStart(5)}`;
  return `${ids} 1234567  98765 0                   0 S ${name}\n`;
}

const HELP =
  'usage: ps [-AadefLlnwZ] [-gG GROUP,] [-k FIELD,] [-o FIELD,] [-p PID,] [-t TTY,] [-uU USER,]\n\n' +
  'List processes.\n\n-A\tAll processes\n-e\tSynonym for -A\n';
