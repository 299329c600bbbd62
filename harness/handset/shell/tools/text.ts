import type { Call, Toolbox } from '../tool.ts';
import { matches } from '../../uia2/find/bounded.ts';
import { failed, readAll } from '../tool.ts';

/** Filters of lines, as people put them behind a pipe. */
export const textTools: Toolbox = {
  grep: async (call) => {
    const flags = call.args.filter((word) => /^-[a-zA-Z]+$/.test(word)).join('');
    const [pattern = '', ...files] = call.args.filter((word) => !/^-[a-zA-Z]+$/.test(word));
    const source = flags.includes('F') ? pattern.replaceAll(/[^\w]/g, String.raw`\$&`) : pattern;
    const all = await linesOf(call, files);
    const found = matches(source, flags.includes('i') ? 'i' : '', all, 500);
    if (!found) return failed(`grep: bad pattern '${pattern}'`, 2);
    const wanted = !flags.includes('v');
    const lines = all.filter((_, at) => found[at] === wanted);
    const code = lines.length > 0 ? 0 : 1;
    if (flags.includes('q')) return { code };
    return { out: flags.includes('c') ? `${lines.length}\n` : joined(lines), code };
  },
  head: async (call) => {
    const { count, files } = countOf(call.args);
    return joined((await firstLines(call, files, count)).slice(0, count));
  },
  tail: async (call) => {
    const { count, files } = countOf(call.args);
    return joined(count === 0 ? [] : (await linesOf(call, files)).slice(-count));
  },
  sort: async (call) =>
    joined(
      (
        await linesOf(
          call,
          call.args.filter((word) => !word.startsWith('-')),
        )
      ).toSorted(),
    ),
  wc: async (call) => {
    const files = call.args.filter((word) => !word.startsWith('-'));
    const content = await contentOf(call, files);
    const lines = content.toString('latin1').split('\n').length - 1;
    const words = content.toString('latin1').split(/\s+/).filter(Boolean).length;
    if (call.args.includes('-l')) return `${lines}\n`;
    return call.args.includes('-c')
      ? `${content.length}\n`
      : `${lines} ${words} ${content.length}\n`;
  },
};

function countOf(args: readonly string[]): { readonly count: number; readonly files: string[] } {
  const rest = [...args];
  const at = rest.findIndex((word) => /^-n?\d*$/.test(word));
  if (at === -1) return { count: 10, files: rest };
  const [word = ''] = rest.splice(at, 1);
  const digits = word.replace(/^-n?/, '') || (rest.splice(at, 1)[0] ?? '10');
  return { count: Number(digits), files: rest };
}

async function contentOf(call: Call, files: readonly string[]): Promise<Buffer> {
  if (files.length === 0) return await readAll(call.stdin);
  return Buffer.concat(files.map((file) => call.phone.files.read(call.path(file))));
}

async function linesOf(call: Call, files: readonly string[]): Promise<string[]> {
  return split((await contentOf(call, files)).toString('utf8'));
}

/** Stops reading when it has enough, so that `logcat | head -1` ends. */
async function firstLines(call: Call, files: readonly string[], count: number): Promise<string[]> {
  if (files.length > 0) return await linesOf(call, files);
  let held = '';
  let lines = 0;
  for await (const chunk of call.stdin) {
    held += chunk.toString('utf8');
    lines += chunk.toString('latin1').split('\n').length - 1;
    if (lines >= count || held.length > LONGEST_HEAD) break;
  }
  return split(held);
}

const LONGEST_HEAD = 16 * 2 ** 20;

function split(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
