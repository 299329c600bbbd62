import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
import { Connection } from '../../harness/handset/adb/connection.ts';
import type { ConnectionRules } from '../../harness/handset/adb/connection.ts';
import { encode, PacketReader } from '../../harness/handset/adb/packet.ts';
import type { Command, Packet } from '../../harness/handset/adb/packet.ts';
import { serviceFor } from '../../harness/handset/adb/services/services.ts';
import type { PretendPhone } from './a-phone.ts';

/** A host that speaks packets by hand, so that a test sees each one. */
export interface Host {
  readonly connection: Connection;
  send(command: Command, arg0: number, arg1: number, payload?: Buffer | string): void;
  /** The next packet from the phone. */
  next(): Promise<Packet>;
  /** Every packet that has come and was not taken with `next`. */
  readonly waiting: readonly Packet[];
  readonly socket: Duplex;
}

export function aHost(rules: Partial<ConnectionRules> = {}): Host {
  const [socket, phoneSide] = duplexPair();
  const reader = new PacketReader();
  const waiting: Packet[] = [];
  const wanted: ((packet: Packet) => void)[] = [];
  socket.on('data', (chunk: Buffer) => {
    for (const packet of reader.push(chunk)) {
      const taker = wanted.shift();
      if (taker) taker(packet);
      else waiting.push(packet);
    }
  });
  const connection = new Connection(phoneSide, {
    state: 'open',
    banner: 'device::',
    open: () => Promise.resolve(undefined),
    ...rules,
  });
  return {
    connection,
    socket,
    waiting,
    send: (...packet) => {
      socket.write(encode(...packet));
    },
    next: () => {
      const first = waiting.shift();
      return first ? Promise.resolve(first) : new Promise((resolve) => wanted.push(resolve));
    },
  };
}

/** What a service of the phone answers to `input`, up to its CLSE; `undefined` when it refuses. */
export async function ask(
  phone: PretendPhone,
  service: string,
  input?: Buffer,
): Promise<Buffer | undefined> {
  const host = aHost({
    open: (name) =>
      serviceFor(name, {
        phone,
        rules: phone.reverse.attach({
          alive: true,
          open: () => Promise.reject(new Error('not in this test')),
        }),
        hangUp: () => undefined,
      }),
  });
  host.send('CNXN', 0x01000001, 2 ** 20, 'host::');
  await host.next();
  host.send('OPEN', 7, 0, `${service}\0`);
  const opened = await host.next();
  if (opened.command === 'CLSE') return undefined;
  if (input) host.send('WRTE', 7, opened.arg0, input);
  const held: Buffer[] = [];
  for (;;) {
    const packet = await host.next();
    if (packet.command === 'CLSE') return Buffer.concat(held);
    if (packet.command !== 'WRTE') continue;
    held.push(packet.payload);
    host.send('OKAY', 7, opened.arg0);
  }
}
