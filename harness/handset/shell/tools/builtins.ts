import type { Call, Toolbox } from '../tool.ts';
import { DONE, failed, readAll } from '../tool.ts';

/** What the shell itself answers. */
export const builtins: Toolbox = {
  ':': () => DONE,
  true: () => DONE,
  false: () => ({ code: 1 }),
  echo: ({ args }) => {
    const silent = args[0] === '-n';
    return `${args.slice(silent ? 1 : 0).join(' ')}${silent ? '' : '\n'}`;
  },
  printf: ({ args: [format = '', ...values] }) =>
    format
      .replaceAll('\\n', '\n')
      .replaceAll('\\t', '\t')
      .replaceAll(/%[sd%]/g, (directive) => (directive === '%%' ? '%' : (values.shift() ?? ''))),
  export: assign,
  unset: ({ args, session }) => {
    for (const name of args) session.variables.delete(name);
    return DONE;
  },
  set: () => DONE,
  wait: () => DONE,
  cd: ({ args: [folder = '/'], session, path, phone }) => {
    if (!phone.files.stat(path(folder))?.folder)
      return failed(`/system/bin/sh: cd: ${folder}: No such file or directory`, 2);
    session.folder = path(folder);
    return DONE;
  },
  pwd: ({ session }) => `${session.folder}\n`,
  exit: ({ args: [code], session }) => {
    session.exited = true;
    return { code: code === undefined ? session.last : Number(code) & 0xff };
  },
  exec: async ({ args, session, run }) => {
    if (args.length === 0) return DONE;
    const code = await run(args);
    session.exited = true;
    return { code };
  },
  sh: shell,
  test: ({ args, phone, path }) => ({ code: isTrue(args, phone, path) ? 0 : 1 }),
  '[': ({ args, phone, path }) => {
    if (args.at(-1) !== ']') return failed('/system/bin/sh: [: missing ]', 2);
    return { code: isTrue(args.slice(0, -1), phone, path) ? 0 : 1 };
  },
};

function assign({ args, session }: Call): typeof DONE {
  for (const word of args) {
    const at = word.indexOf('=');
    if (at > 0) session.variables.set(word.slice(0, at), word.slice(at + 1));
  }
  return DONE;
}

async function shell(call: Call): Promise<{ code: number }> {
  const [first, script, ...positional] = call.args;
  if (first === '-c') return { code: await call.shell(script ?? '', { positional }) };
  const text =
    first === undefined ? await readAll(call.stdin) : call.phone.files.read(call.path(first));
  return { code: await call.shell(text.toString('utf8'), { positional: call.args }) };
}

function isTrue(words: readonly string[], phone: Call['phone'], path: Call['path']): boolean {
  const [first = '', second = '', third = ''] = words;
  if (first === '!') return !isTrue(words.slice(1), phone, path);
  const compare = COMPARISONS.get(second);
  if (words.length === 3 && compare) return compare(first, third);
  if (first === '-z') return second === '';
  if (first === '-n') return second !== '';
  if (words.length < 2) return first !== '';
  const facts = phone.files.stat(path(second));
  if (first === '-f') return facts?.folder === false;
  if (first === '-d') return facts?.folder === true;
  if (first === '-s') return (facts?.size ?? 0) > 0;
  return ['-e', '-r', '-w', '-x'].includes(first) && facts !== undefined;
}

const COMPARISONS = new Map<string, (left: string, right: string) => boolean>([
  ['=', (left, right) => left === right],
  ['==', (left, right) => left === right],
  ['!=', (left, right) => left !== right],
  ['-eq', (left, right) => Number(left) === Number(right)],
  ['-ne', (left, right) => Number(left) !== Number(right)],
  ['-gt', (left, right) => Number(left) > Number(right)],
  ['-lt', (left, right) => Number(left) < Number(right)],
]);
