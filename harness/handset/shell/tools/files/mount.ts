import { FileError } from '../../../phone/storage/files.ts';
import { mountTable } from '../../../phone/storage/proc.ts';
import type { Toolbox } from '../../tool.ts';
import { DONE, failed, unknown } from '../../tool.ts';

/** A tmpfs may be laid over a folder by root, and taken off; nothing else can be mounted. */
export const mountTools: Toolbox = {
  mount: (call) => {
    const { args, phone, session } = call;
    if (args.length === 0)
      return mountTable(phone).replaceAll(
        /^(\S+) (\S+) (\S+) (\S+) 0 0$/gm,
        '$1 on $2 type $3 ($4)',
      );
    const words = args.filter(
      (word, at) => !word.startsWith('-') && !['-t', '-o'].includes(args[at - 1] ?? ''),
    );
    const target = words.at(-1) ?? '';
    if (session.user !== 'root')
      return failed(`mount: '${words[0] ?? ''}'->'${target}': Operation not permitted`);
    if (args.includes('remount') || args.some((word) => word.split(',').includes('remount'))) {
      return failed(`mount: '/dev/block/dm-0' is read-only`);
    }
    if (args[args.indexOf('-t') + 1] !== 'tmpfs' || !args.includes('-t'))
      return unknown(`mount: '${target}': Invalid argument`, 1);
    phone.files.mount(call.path(target));
    return DONE;
  },
  umount: (call) => {
    const target = call.args.findLast((word) => !word.startsWith('-')) ?? '';
    if (call.session.user !== 'root') return failed(`umount: ${target}: Operation not permitted`);
    try {
      call.phone.files.umount(call.path(target));
      return DONE;
    } catch (error) {
      if (error instanceof FileError) return failed(`umount: ${target}: ${error.message}`);
      throw error;
    }
  },
};
