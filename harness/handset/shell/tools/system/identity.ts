import type { Tool, Toolbox } from '../../tool.ts';
import { readAll } from '../../tool.ts';

/** Who the shell is, and what it runs on. */
export const identityTools: Toolbox = {
  id: ({ session, args }) => {
    const root = session.user === 'root';
    if (args.includes('-u')) return root ? '0\n' : '2000\n';
    return root
      ? 'uid=0(root) gid=0(root) groups=0(root) context=u:r:su:s0\n'
      : 'uid=2000(shell) gid=2000(shell) groups=2000(shell),1004(input),1007(log),3003(inet) context=u:r:shell:s0\n';
  },
  whoami: ({ session }) => `${session.user}\n`,
  uname: ({ args }) =>
    args.includes('-a') ? 'Linux localhost 4.14.117 #1 SMP PREEMPT aarch64\n' : 'Linux\n',
  getenforce: () => 'Enforcing\n',
  which: ({ args: [name = ''], phone }) =>
    name === 'su' && !phone.rom.rooted ? { code: 1 } : `/system/bin/${name}\n`,
};

/**
 * A shell with root's rights, on rooted phones: `su -c CMD`, `su 0 CMD…`, `su root -c CMD`, and a script on
 * stdin. `su 0 sh -c CMD` keeps its words apart; `su -c` takes the rest as text.
 */
export const su: Tool = async (call) => {
  const words = call.args.filter(
    (word) => !['-', '-l', '--login', '-mm', '-M', '--mount-master'].includes(word),
  );
  const rest = /^(root|\d+(,\d+)*)$/.test(words[0] ?? '') ? words.slice(1) : words;
  const [first, ...others] = rest;
  const script =
    first === undefined
      ? (await readAll(call.stdin)).toString('utf8')
      : first === '-c'
        ? others.join(' ')
        : rest.map(quoted).join(' ');
  return { code: await call.shell(script, { user: 'root' }) };
};

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
