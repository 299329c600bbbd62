import { logFrame, threadtime } from '../../phone/log.ts';
import type { LogEntry } from '../../phone/log.ts';
import type { Call, Toolbox } from '../tool.ts';
import { DONE } from '../tool.ts';

export const logTools: Toolbox = {
  logcat: async (call) => {
    const { args, phone } = call;
    if (args.includes('-c')) {
      phone.log.clear();
      return DONE;
    }
    if (args.includes('-g'))
      return 'main: ring buffer is 256 KiB (0 B consumed), max entry is 5120 B\n';
    const binary = args.includes('-B');
    const shown = (entry: LogEntry): string | Buffer =>
      binary ? logFrame(entry) : `${threadtime(entry)}\n`;
    const count = Number(args[args.findIndex((word) => word === '-t' || word === '-T') + 1]);
    const held = phone.log.entries();
    const kept = Number.isInteger(count) && count > 0 ? held.slice(-count) : held;
    // The driver waits ten seconds for a first line, so there is one whether anything was logged or not.
    if (!binary) await call.stdout.write('--------- beginning of main\n');
    for (const entry of kept) await call.stdout.write(shown(entry));
    if (!args.includes('-d') && !args.includes('-t')) await followed(call, shown);
    return DONE;
  },
  log: ({ args, phone }) => {
    const tagAt = args.indexOf('-t');
    const tag = tagAt === -1 ? 'log' : (args[tagAt + 1] ?? '');
    const words = args.filter(
      (word, at) => !word.startsWith('-') && !['-t', '-p'].includes(args[at - 1] ?? ''),
    );
    phone.log.write(tag, words.join(' '));
    return DONE;
  },
};

/** Goes on until the host hangs up. */
async function followed(
  { phone, stdout, signal }: Call,
  shown: (entry: LogEntry) => string | Buffer,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const stop = phone.log.follow((entry) => void stdout.write(shown(entry)));
  signal.addEventListener(
    'abort',
    () => {
      resolve(undefined);
    },
    { once: true },
  );
  if (!signal.aborted) await promise;
  stop();
}
