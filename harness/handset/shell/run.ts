import { FileError } from '../phone/storage/files.ts';
import type { Phone } from '../phone/phone.ts';
import type { User } from '../phone/rights.ts';
import { expand, expandWhole } from './language/expand.ts';
import type { Surroundings } from './language/expand.ts';
import { SyntaxFault } from './language/lexer.ts';
import type { Word } from './language/lexer.ts';
import { parse } from './language/parse.ts';
import type { Command, Step } from './language/parse.ts';
import { pathsLike, pipe, redirected } from './plumbing.ts';
import type { Answer, Call, Session, Streams, Tool } from './tool.ts';
import { toolFor } from './tools/toolbox.ts';

/** Runs a script as `/system/bin/sh -c` would, in a shell of its own; gives its exit code. Never rejects. */
export async function runScript(
  phone: Phone,
  script: string,
  streams: Streams,
  { user = 'shell', positional = [] }: { user?: User; positional?: readonly string[] } = {},
): Promise<number> {
  return await runIn(phone, openSession(user, positional), script, streams);
}

export function openSession(user: User, positional: readonly string[] = []): Session {
  const variables = new Map([
    ['PATH', '/sbin:/system/bin:/system/xbin:/vendor/bin'],
    ['HOME', '/'],
    ['ANDROID_DATA', '/data'],
    ['EXTERNAL_STORAGE', '/sdcard'],
  ]);
  return { user, variables, positional, folder: '/', last: 0, exited: false };
}

/** Runs a script in a shell that lives on. Never rejects: a fault of ours is a line on stderr and in the trace. */
export async function runIn(
  phone: Phone,
  session: Session,
  script: string,
  streams: Streams,
): Promise<number> {
  try {
    await runSteps(phone, session, parse(script), streams);
  } catch (error) {
    const syntax = error instanceof SyntaxFault;
    session.last = syntax ? 1 : 125;
    const what = syntax ? error.message : `handset fault: ${String(error)}`;
    phone.trace.record({ kind: 'shell', what: `${script}  (${what})`, known: false });
    await streams.stderr.write(`/system/bin/sh: ${what}\n`);
  }
  return session.last;
}

async function runSteps(
  phone: Phone,
  session: Session,
  steps: readonly Step[],
  streams: Streams,
): Promise<void> {
  for (const step of steps) {
    if (session.exited || streams.signal.aborted) return;
    if (step.when === 'succeeded' && session.last !== 0) continue;
    if (step.when === 'failed' && session.last === 0) continue;
    const running = runPipeline(phone, session, step.commands, streams);
    if (!step.background) session.last = await running;
    else void running.catch(() => undefined);
  }
}

/** Each command of a pipeline runs in a copy of the session; when a reader ends, its writer is told to. */
async function runPipeline(
  phone: Phone,
  session: Session,
  [command, ...others]: readonly Command[],
  streams: Streams,
): Promise<number> {
  if (!command) return 0;
  if (others.length === 0) return await runCommand(phone, session, command, streams);
  const joint = pipe();
  const cut = new AbortController();
  const copy = (): Session => ({ ...session, variables: new Map(session.variables) });
  const writer = runCommand(phone, copy(), command, {
    ...streams,
    stdout: joint.sink,
    signal: AbortSignal.any([streams.signal, cut.signal]),
  }).finally(joint.end);
  const code = await runPipeline(phone, copy(), others, { ...streams, stdin: joint.source });
  cut.abort();
  joint.end();
  await writer;
  return code;
}

async function runCommand(
  phone: Phone,
  session: Session,
  command: Command,
  streams: Streams,
): Promise<number> {
  const around = surroundings(phone, session, streams);
  const words = await wordsOf(command.words, session, around);
  const targets: string[] = [];
  for (const { target } of command.redirects) targets.push(await expandWhole(target, around));
  const plumbed = redirected(phone, session, command.redirects, targets, streams);
  if (typeof plumbed === 'string') {
    await streams.stderr.write(`/system/bin/sh: ${plumbed}\n`);
    return 1;
  }
  try {
    return words.length === 0 ? 0 : await runTool(phone, session, words, plumbed.streams);
  } finally {
    plumbed.finish();
  }
}

async function runTool(
  phone: Phone,
  session: Session,
  words: readonly string[],
  streams: Streams,
): Promise<number> {
  const [name = '', ...args] = words;
  const tool = toolFor(name, phone);
  // A phone without root has no `su`, as it should: asking for it is no hole in the emulation.
  phone.trace.record({
    kind: 'shell',
    what: words.join(' '),
    known: tool !== undefined || name === 'su',
  });
  if (!tool) {
    await streams.stderr.write(`/system/bin/sh: ${name}: inaccessible or not found\n`);
    return 127;
  }
  const answer = await answerOf(tool, callOf(phone, session, name, args, streams));
  const {
    out = '',
    err = '',
    code = 0,
    unknown = false,
  } = typeof answer === 'string' ? { out: answer } : answer;
  if (unknown) phone.trace.record({ kind: 'shell', what: words.join(' '), known: false });
  if (out.length > 0) await streams.stdout.write(out);
  if (err !== '') await streams.stderr.write(err);
  return code;
}

/** The file system's refusals are worded the same by every tool. */
async function answerOf(tool: Tool, call: Call): Promise<Answer> {
  try {
    return await tool(call);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { err: `${call.name}: ${call.args.at(-1) ?? ''}: ${error.message}\n`, code: 1 };
  }
}

function callOf(
  phone: Phone,
  session: Session,
  name: string,
  args: readonly string[],
  streams: Streams,
): Call {
  return {
    ...streams,
    phone,
    name,
    args,
    session,
    shell: (script, options) =>
      runScript(phone, script, streams, { user: session.user, ...options }),
    run: (words) => runTool(phone, session, words, streams),
    path: (file) => (file.startsWith('/') ? file : `${session.folder}/${file}`),
  };
}

/** The words after `NAME=value` ones, which set variables on the way. */
async function wordsOf(
  words: readonly Word[],
  session: Session,
  around: Surroundings,
): Promise<string[]> {
  const out: string[] = [];
  for (const word of words) {
    const first = word[0];
    const bare = first?.kind === 'text' && !first.quoted ? first.text : '';
    const name = out.length === 0 ? /^([A-Za-z_]\w*)=/.exec(bare)?.[1] : undefined;
    if (name === undefined) out.push(...(await expand(word, around)));
    else session.variables.set(name, (await expandWhole(word, around)).slice(name.length + 1));
  }
  return out;
}

function surroundings(phone: Phone, session: Session, streams: Streams): Surroundings {
  return {
    variable: (name) => {
      if (name === '?') return String(session.last);
      if (name === '#') return String(Math.max(0, session.positional.length - 1));
      if (name === '@' || name === '*') return session.positional.slice(1).join(' ');
      return /^\d$/.test(name)
        ? (session.positional[Number(name)] ?? '')
        : (session.variables.get(name) ?? '');
    },
    output: async (script) => {
      const held: Buffer[] = [];
      const stdout = {
        write: (data: string | Buffer) => {
          held.push(Buffer.from(data));
          return Promise.resolve();
        },
      };
      const inner = { ...session, variables: new Map(session.variables) };
      session.last = await runIn(phone, inner, script, { ...streams, stdout });
      return Buffer.concat(held).toString();
    },
    paths: (pattern, spelled) => pathsLike(phone.files, session.folder, pattern, spelled),
  };
}
