import { FileError } from '../../../phone/storage/files.ts';
import type { Answer, Call, Toolbox } from '../../tool.ts';
import { failed, flagsOf } from '../../tool.ts';
import { allow } from './change.ts';
import { eachFile } from './each.ts';

/** Who owns a file and what may be done with it: `chmod`, `chown`, `chcon`. */
export const labelTools: Toolbox = {
  chmod: (call) => {
    const spelled = flagsOf(call.args).rest[0] ?? '';
    const mode = /^[0-7]{1,4}$/.test(spelled) ? Number.parseInt(spelled, 8) : undefined;
    if (mode === undefined && !/^[ugoa]*[-+=][rwxX]*$/.test(spelled))
      return failed(`chmod: bad mode '${spelled}'`);
    return change(call, (facts) => ({ mode: mode ?? added(facts, spelled) }));
  },
  chown: (call) => {
    const [owner = 'root', group = owner] = (flagsOf(call.args).rest[0] ?? '').split(/[:.]/);
    return change(call, () => ({ owner: `${owner} ${group || owner}` }));
  },
  chcon: (call) => {
    const label = flagsOf(call.args).rest[0] ?? '';
    return change(call, () => ({ label }));
  },
};

type Changes = Parameters<Call['phone']['files']['change']>[1];

async function change(call: Call, to: (mode: number) => Changes): Promise<Answer> {
  const { flags, rest } = flagsOf(call.args);
  const { files } = call.phone;
  const apply = (path: string): void => {
    const facts = files.stat(path);
    if (!facts) throw new FileError('No such file or directory');
    files.change(path, to(facts.mode & 0o777));
    if (flags.has('R') && facts.folder)
      for (const name of files.list(path)) apply(`${path}/${name}`);
  };
  return await eachFile(call, rest.slice(1), (path) => {
    allow(call, path);
    apply(path);
    return '';
  });
}

/** `u+x` and its like, on top of what is set. */
function added(mode: number, spelled: string): number {
  const [, who = '', how = '', what = ''] = /^([ugoa]*)([-+=])([rwxX]*)$/.exec(spelled) ?? [];
  const bits =
    (what.includes('r') ? 4 : 0) | (what.includes('w') ? 2 : 0) | (/[xX]/.test(what) ? 1 : 0);
  const everyone = who === '' || who.includes('a');
  let mask = 0;
  for (const [letter, shift] of [
    ['u', 6],
    ['g', 3],
    ['o', 0],
  ] as const) {
    if (everyone || who.includes(letter)) mask |= bits << shift;
  }
  return how === '-' ? mode & ~mask : mode | mask;
}
