import type { FileFacts } from '../../../phone/storage/files.ts';
import { FileError } from '../../../phone/storage/files.ts';
import type { Call, Toolbox } from '../../tool.ts';
import { flagsOf } from '../../tool.ts';
import { eachFile } from './each.ts';

export const listTools: Toolbox = {
  ls: async (call) => {
    const { flags, rest } = flagsOf(call.args);
    const names = rest.length === 0 ? [call.session.folder] : rest;
    return await eachFile(call, names, (path, name) => listing(call, path, name, flags));
  },
  stat: async (call) => {
    const { rest } = flagsOf(call.args);
    const format = call.args[0] === '-c' ? rest.shift() : undefined;
    return await eachFile(call, rest, (path, name) => {
      const facts = factsOf(call, path);
      return format === undefined ? described(facts, name) : `${formatted(format, facts, name)}\n`;
    });
  },
  df: ({ phone: { files } }) => {
    const data = files.full ? '52428800        0 100%' : '10485760  41943040  20%';
    return (
      'Filesystem       1K-blocks     Used Available Use% Mounted on\n' +
      '/dev/block/dm-0    3096336  2901244    178708  95% /\n' +
      `/dev/block/dm-1   52428800 ${data} /data\n/data/media       52428800 ${data} /storage/emulated\n`
    );
  },
};

function listing(call: Call, path: string, name: string, flags: ReadonlySet<string>): string {
  const facts = factsOf(call, path);
  if (!facts.folder || flags.has('d')) return line(name, facts, flags);
  const { files } = call.phone;
  const shown = files
    .list(path)
    .filter((entry) => flags.has('a') || flags.has('A') || !entry.startsWith('.'));
  const lines = shown.map((entry) => line(entry, factsOf(call, `${path}/${entry}`), flags));
  return (flags.has('l') ? `total ${shown.length * 4}\n` : '') + lines.join('');
}

function line(name: string, facts: FileFacts, flags: ReadonlySet<string>): string {
  const label = flags.has('Z') ? `${facts.label} ` : '';
  if (!flags.has('l')) return `${label}${name}\n`;
  return `${modeOf(facts)} 1 ${facts.owner} ${label}${facts.size} ${dateOf(facts)} ${name}\n`;
}

function factsOf(call: Call, path: string): FileFacts {
  const facts = call.phone.files.stat(path);
  if (!facts) throw new FileError('No such file or directory');
  return facts;
}

function modeOf({ folder, mode }: FileFacts): string {
  const bits = Array.from('rwxrwxrwx', (letter, at) => ((mode >> (8 - at)) & 1 ? letter : '-'));
  return (folder ? 'd' : '-') + bits.join('');
}

function dateOf({ mtime }: FileFacts): string {
  return new Date(mtime * 1000).toISOString().slice(0, 16).replace('T', ' ');
}

function described(facts: FileFacts, name: string): string {
  const [owner = '', group = ''] = facts.owner.split(' ');
  return (
    `  File: ${name}\n  Size: ${facts.size}\t ${facts.folder ? 'directory' : 'regular file'}\n` +
    `  Inode: ${facts.inode}\t Access: (0${(facts.mode & 0o777).toString(8)}/${modeOf(facts)})\n` +
    `  Uid: ${owner}\t Gid: ${group}\n  Modify: ${dateOf(facts)}\n`
  );
}

function formatted(format: string, facts: FileFacts, name: string): string {
  const values = new Map([
    ['%s', String(facts.size)],
    ['%a', (facts.mode & 0o777).toString(8)],
    ['%Y', String(facts.mtime)],
    ['%n', name],
    ['%F', facts.folder ? 'directory' : 'regular file'],
    ['%U', facts.owner.split(' ')[0] ?? ''],
    ['%C', facts.label],
  ]);
  return format.replaceAll(/%[a-zA-Z]/g, (directive) => values.get(directive) ?? directive);
}
