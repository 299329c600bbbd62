import { FileError } from '../../../phone/storage/files.ts';
import { writeRefusal } from '../../../phone/rights.ts';
import type { Answer, Call, Toolbox } from '../../tool.ts';
import { failed, flagsOf } from '../../tool.ts';
import { eachFile } from './each.ts';

export const changeTools: Toolbox = {
  rm: async (call) => {
    const { flags, rest } = flagsOf(call.args);
    const { files } = call.phone;
    return await eachFile(call, rest, (path) => {
      const facts = files.stat(path);
      if (!facts && flags.has('f')) return '';
      if (!facts) throw new FileError('No such file or directory');
      if (facts.folder && !flags.has('r') && !flags.has('R')) throw new FileError('Is a directory');
      allow(call, path);
      files.remove(path);
      return '';
    });
  },
  mkdir: async (call) => {
    const { flags, rest } = flagsOf(call.args);
    const { files } = call.phone;
    return await eachFile(call, rest, (path) => {
      if (files.stat(path)?.folder && flags.has('p')) return '';
      if (files.exists(path)) throw new FileError('File exists');
      if (!flags.has('p') && !files.exists(`${path}/..`))
        throw new FileError('No such file or directory');
      allow(call, path);
      files.mkdir(path);
      return '';
    });
  },
  rmdir: async (call) => {
    const { files } = call.phone;
    return await eachFile(call, flagsOf(call.args).rest, (path) => {
      const facts = files.stat(path);
      if (!facts) throw new FileError('No such file or directory');
      if (!facts.folder) throw new FileError('Not a directory');
      if (files.list(path).length > 0) throw new FileError('Directory not empty');
      allow(call, path);
      files.remove(path);
      return '';
    });
  },
  touch: async (call) =>
    await eachFile(call, flagsOf(call.args).rest, (path) => {
      const { files, clock } = call.phone;
      allow(call, path);
      if (files.exists(path)) files.change(path, { mtime: Math.floor(clock.now() / 1000) });
      else files.write(path, '');
      return '';
    }),
  cp: (call) => move(call, false),
  mv: (call) => move(call, true),
};

export function allow(call: Call, path: string): void {
  const refusal = writeRefusal(call.phone.files, path, call.session.user);
  if (refusal !== undefined) throw new FileError(refusal);
}

/** `cp`/`mv SOURCE… TARGET`; folders with `-r`. */
async function move(call: Call, remove: boolean): Promise<Answer> {
  const { flags, rest } = flagsOf(call.args);
  const target = rest.pop();
  if (target === undefined || rest.length === 0) return failed(`${call.name}: Needs 2 arguments`);
  const { files } = call.phone;
  const into = files.stat(call.path(target))?.folder ?? false;
  if (rest.length > 1 && !into) return failed(`${call.name}: '${target}' not directory`);
  const whole = remove || ['r', 'R', 'a'].some((flag) => flags.has(flag));
  return await eachFile(call, rest, (path) => {
    const name = path.replace(/\/+$/, '').split('/').at(-1) ?? '';
    const to = into ? `${call.path(target)}/${name}` : call.path(target);
    allow(call, to);
    if (remove) allow(call, path);
    copy(call, path, to, whole);
    if (remove) files.remove(path);
    return '';
  });
}

function copy(call: Call, from: string, to: string, whole: boolean): void {
  const { files } = call.phone;
  const facts = files.stat(from);
  if (facts?.folder && !whole) throw new FileError('Skipped dir');
  if (!facts?.folder) {
    files.write(to, files.read(from), { mode: (facts?.mode ?? 0o644) & 0o777 });
    return;
  }
  files.mkdir(to);
  for (const name of files.list(from)) copy(call, `${from}/${name}`, `${to}/${name}`, whole);
}
