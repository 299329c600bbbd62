import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Adb as AdbKit } from '@devicefarmer/adbkit';
import { Fault, messageOf } from '../../lib/fault.ts';
import { benchFault, faultOf } from './faults.ts';

/** An adb server, spoken to over its port; never started from here. The one door to adbkit. */
export interface Adb {
  /** The server's protocol version (41 for adb 29 to 36). */
  version(): Promise<number>;
  devices(): Promise<readonly Attached[]>;
  /** `adb connect`: for a device reached over TCP. */
  connect(serial: string): Promise<void>;
  device(serial: string): AdbDevice;
  /** Ends the server, whoever started it. */
  kill(): Promise<void>;
}

export interface Attached {
  readonly serial: string;
  /** As adb says: device, offline, unauthorized … */
  readonly state: string;
}

export interface AdbDevice {
  readonly serial: string;
  /** Runs one command; its words are quoted here. Bounded in time and output; Fault when the phone does not answer. */
  shell(words: readonly string[], patienceMs?: number): Promise<ShellAnswer>;
  /** The same, where anything but exit code 0 is a Fault (`phone-refused`). Returns what it printed, trimmed. */
  ask(words: readonly string[], patienceMs?: number): Promise<string>;
  push(content: Buffer, path: string, mode: number): Promise<void>;
  /** Leads the phone's `tcp:port` to the same port of the adb server's machine. */
  reverse(port: number): Promise<void>;
  /** Ports led back to the same port of the adb server's machine. */
  reverses(): Promise<readonly number[]>;
  killReverse(port: number): Promise<void>;
  /** Asks it to start anew; it is gone from adb when this resolves, and may be for minutes. */
  reboot(): Promise<void>;
}

export interface ShellAnswer {
  readonly code: number;
  /** stdout and stderr, mixed as the phone mixes them. */
  readonly output: string;
}

/** One word for the phone's shell, whatever is in it: adb joins words with spaces and the phone parses them again. */
export function quote(word: string): string {
  if (word.includes('\0')) throw new Error('a shell word cannot hold a NUL');
  return /^[A-Za-z0-9_@%+:,./-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A command line from its words. Every argument for a phone's shell goes through here. */
export function commandLine(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

const PATIENCE_MS = 20_000;
const MOST_OUTPUT = 16 * 2 ** 20;

export function openAdb({ host, port }: { host: string; port: number }): Adb {
  // adbkit starts a server of its own where none answers; one that nobody holds would outlive us.
  const client = AdbKit.createClient({ host, port, bin: '/bin/false' });
  const asked = <T>(work: PromiseLike<T>): Promise<T> =>
    bounded(work, PATIENCE_MS, `the adb server on ${host}:${port}`, 'adb-gone');
  return {
    version: () => asked(client.version()),
    devices: async () =>
      (await asked(client.listDevices())).map(({ id, type }) => ({ serial: id, state: type })),
    connect: async (serial) => {
      const at = serial.lastIndexOf(':');
      await bounded(
        client.connect(serial.slice(0, at), Number(serial.slice(at + 1))),
        PATIENCE_MS,
        serial,
        'phone-not-attached',
      );
    },
    device: (serial) => new Device(client.getDevice(serial)),
    kill: async () => {
      await asked(client.kill());
    },
  };
}

type Client = ReturnType<ReturnType<typeof AdbKit.createClient>['getDevice']>;

class Device implements AdbDevice {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  get serial(): string {
    return this.#client.serial;
  }

  async shell(words: readonly string[], patienceMs = PATIENCE_MS): Promise<ShellAnswer> {
    // A shell that loses its transport ends as if it had succeeded with nothing to say; only the last line proves
    // that it ran to its end.
    const line = `${commandLine(words)}; echo "${END}$?"`;
    const stream = await this.#bounded(this.#client.shell(line), patienceMs);
    try {
      return answerOf(await this.#bounded(text(capped(stream)), patienceMs), words);
    } catch (error) {
      throw faultOf(error, this.serial);
    } finally {
      stream.destroy();
    }
  }

  async ask(words: readonly string[], patienceMs?: number): Promise<string> {
    const { code, output } = await this.shell(words, patienceMs);
    if (code === 0) return output.trim();
    const said = output.trim().slice(0, 300);
    throw benchFault(
      'phone-refused',
      `${this.serial}: ${words.join(' ')} ended with ${code}: ${said}`,
    );
  }

  async push(content: Buffer, path: string, mode: number): Promise<void> {
    const work = async (): Promise<void> => {
      const transfer = await this.#client.push(Readable.from([content]), path, mode);
      await new Promise<void>((resolve, reject) => {
        transfer.once('end', resolve).once('error', reject);
      });
    };
    await this.#bounded(work(), PATIENCE_MS);
  }

  async reverse(port: number): Promise<void> {
    await this.#bounded(this.#client.reverse(`tcp:${port}`, `tcp:${port}`), PATIENCE_MS);
  }

  async reverses(): Promise<readonly number[]> {
    const rules = await this.#bounded(this.#client.listReverses(), PATIENCE_MS);
    return rules.flatMap(({ remote, local }) => {
      const port = /^tcp:(\d+)$/.exec(remote)?.[1];
      return port !== undefined && local === remote ? [Number(port)] : [];
    });
  }

  async reboot(): Promise<void> {
    await this.#bounded(this.#client.reboot(), PATIENCE_MS);
  }

  /** adbkit has no word for it: the service is asked for as the adb program does. */
  async killReverse(port: number): Promise<void> {
    const service = `reverse:killforward:tcp:${port}`;
    const work = async (): Promise<void> => {
      const connection = await this.#client.transport();
      try {
        const length = service.length.toString(16).padStart(4, '0');
        connection.write(Buffer.from(length + service));
        for (const reply of ['opened', 'done']) {
          const said = await connection.parser.readAscii(4);
          if (said === 'FAIL') await connection.parser.readError();
          if (said !== 'OKAY') throw new Error(`adb answered ${said} to ${service}, ${reply}`);
        }
      } finally {
        connection.end();
      }
    };
    await this.#bounded(work(), PATIENCE_MS);
  }

  #bounded<T>(work: PromiseLike<T>, patienceMs: number): Promise<T> {
    return bounded(work, patienceMs, this.serial, 'phone-mute');
  }
}

const END = 'leaklab-end ';

/** What was printed before the closing line, and the exit code in it. */
function answerOf(printed: string, words: readonly string[]): ShellAnswer {
  const at = printed.lastIndexOf(END);
  const code = /^(\d+)\s*$/.exec(printed.slice(at + END.length))?.[1];
  if (at < 0 || code === undefined) throw new Error(`cut short: ${words.join(' ')}`);
  return { code: Number(code), output: printed.slice(0, at) };
}

async function* capped(stream: Readable): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of stream) {
    const piece = Buffer.from(chunk);
    size += piece.length;
    if (size > MOST_OUTPUT)
      throw new Error('cut short: more output than any command of ours prints');
    yield piece;
  }
}

/** Foreign promise, foreign errors, no end in sight: ours, Faults, and an end. */
async function bounded<T>(
  work: PromiseLike<T>,
  patienceMs: number,
  where: string,
  late: 'adb-gone' | 'phone-mute' | 'phone-not-attached',
): Promise<T> {
  const { promise: never, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(benchFault(late, `${where}: no answer in ${patienceMs / 1000} s`));
  }, patienceMs);
  try {
    return await Promise.race([work, never]);
  } catch (error) {
    const known = faultOf(error, where);
    if (late === 'phone-mute' || known instanceof Fault) throw known;
    throw benchFault(late, `${where}: ${messageOf(error)}`, error);
  } finally {
    clearTimeout(timer);
  }
}
