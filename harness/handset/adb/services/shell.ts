import type { Serve } from '../connection.ts';
import type { AdbStream } from '../stream.ts';
import type { Phone } from '../../phone/phone.ts';
import { converse } from '../../shell/converse.ts';
import { runScript } from '../../shell/run.ts';
import type { Streams } from '../../shell/tool.ts';
import { ByteReader } from './bytes.ts';
import type { Service } from './service.ts';

/** The first generation, which adbkit and chromedriver speak: bare bytes, no exit code. */
export const shellService: Service = (script, { phone }) => bare(phone, script);

/** The same bytes without a terminal: `adb exec-out`, streamed installs. */
export const execService: Service = (script, { phone }) => bare(phone, script);

/** The second: stdout, stderr, stdin and the exit code in frames. `argument` is `v2,TERM=xterm,raw:CMD`. */
export const shellV2Service: Service = (argument, { phone }) => {
  const colon = argument.indexOf(':');
  const script = argument.slice(colon + 1);
  const words = argument.slice(0, colon).split(',');
  if (colon === -1) return undefined;
  if (!words.includes('v2')) return bare(phone, script);
  return framed(phone, script, { terminal: !words.includes('raw') });
};

function bare(phone: Phone, script: string): Serve {
  return (stream) => {
    const output = { write: (data: string | Buffer) => put(stream, Buffer.from(data)) };
    const stdin = stream.iterator({ destroyOnReturn: false });
    const streams = { stdin, stdout: output, stderr: output, signal: stream.gone };
    const done =
      script === ''
        ? converse(phone, streams, { terminal: true })
        : runScript(phone, script, streams);
    void done.catch(() => 1).finally(() => stream.end());
  };
}

function framed(phone: Phone, script: string, { terminal }: { terminal: boolean }): Serve {
  return (stream) => {
    const output = (id: number): Streams['stdout'] => ({
      write: (data) => put(stream, framesOf(id, Buffer.from(data))),
    });
    const streams = {
      stdin: inputOf(stream),
      stdout: output(ID.stdout),
      stderr: output(terminal ? ID.stdout : ID.stderr),
      signal: stream.gone,
    };
    const done =
      script === '' ? converse(phone, streams, { terminal }) : runScript(phone, script, streams);
    void done.catch(() => 1).then((code) => stream.end(frame(ID.exit, Buffer.from([code & 0xff]))));
  };
}

const ID = { stdin: 0, stdout: 1, stderr: 2, exit: 3, closeStdin: 4 } as const;

const LONGEST_FRAME = 32 * 2 ** 10;

const LONGEST_INPUT = 2 ** 20;

async function* inputOf(stream: AdbStream): AsyncGenerator<Buffer, undefined> {
  const reader = new ByteReader(stream.iterator({ destroyOnReturn: false }));
  for (;;) {
    const head = await reader.take(5);
    const id = head?.readUInt8(0);
    const length = head?.readUInt32LE(1) ?? 0;
    const data = head && length <= LONGEST_INPUT ? await reader.take(length) : undefined;
    if (!data || id === ID.closeStdin) return undefined;
    if (id === ID.stdin) yield data;
  }
}

function framesOf(id: number, data: Buffer): Buffer {
  const frames: Buffer[] = [];
  for (let at = 0; at < data.length; at += LONGEST_FRAME) {
    frames.push(frame(id, data.subarray(at, at + LONGEST_FRAME)));
  }
  return Buffer.concat(frames);
}

function frame(id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(id, 0);
  head.writeUInt32LE(data.length, 1);
  return Buffer.concat([head, data]);
}

/** Writes, and waits while the host is slow; returns at once when it has gone. */
async function put(stream: AdbStream, bytes: Buffer): Promise<void> {
  if (stream.gone.aborted || stream.writableEnded || stream.write(bytes)) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const go = (): void => {
    resolve(undefined);
  };
  stream.once('drain', go);
  stream.gone.addEventListener('abort', go, { once: true });
  await promise;
  stream.off('drain', go);
  stream.gone.removeEventListener('abort', go);
}
