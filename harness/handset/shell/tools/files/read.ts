import { createHash } from 'node:crypto';
import { readFile } from '../../../phone/storage/proc.ts';
import type { Call, Toolbox } from '../../tool.ts';
import { readAll } from '../../tool.ts';
import { eachFile } from './each.ts';

export const readTools: Toolbox = {
  cat: async (call) => {
    if (call.args.length === 0) return { out: await readAll(call.stdin) };
    return await eachFile(call, call.args, (path) => readFile(call.phone, path));
  },
  sha256sum: (call) =>
    eachFile(call, call.args, (path, name) => `${call.phone.files.sha256(path)}  ${name}\n`),
  md5sum: (call) => eachFile(call, call.args, (path, name) => `${md5(call, path)}  ${name}\n`),
  base64: async (call) => {
    const [file] = call.args;
    const content =
      file === undefined ? await readAll(call.stdin) : readFile(call.phone, call.path(file));
    return content.toString('base64').replaceAll(/.{1,76}/g, '$&\n');
  },
};

function md5(call: Call, path: string): string {
  return createHash('md5').update(readFile(call.phone, path)).digest('hex');
}
