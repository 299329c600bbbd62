import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Phone } from '../phone/phone.ts';
import type { ReverseTable } from './services/reverse-table.ts';
import { serviceFor } from './services/services.ts';
import { Connection } from './connection.ts';
import type { DoorState } from './connection.ts';

/** The handset's adb port, and what can go wrong with it on purpose. */
export interface AdbPort extends AsyncDisposable {
  readonly port: number;
}

/** How the door stands now: as a fault says, else as it was when the handset started. */
function door({ faults }: Phone, usual: DoorState): DoorState {
  return DOORS.find((state) => faults.is(state)) ?? usual;
}

/** Beginning and ending, these cut every host off. */
const CUTTING: ReadonlySet<string> = new Set([
  ...(['unauthorized', 'authorizing', 'mute'] as const),
  ...(['offline', 'drop'] as const),
]);

const DOORS = ['unauthorized', 'authorizing', 'mute'] as const;

function closedBy({ faults }: Phone): boolean {
  return (faults.is('offline') ?? faults.is('drop')) !== undefined;
}

/**
 * Speaks the adb device side on a loopback port. Several hosts may be connected at once, each with reverse
 * rules of its own; `reverse` is the table behind `phone.reverse`.
 */
export async function serveAdb(
  phone: Phone,
  {
    port = 0,
    host = '127.0.0.1',
    state = 'open',
    reverse,
  }: { port?: number; host?: string; state?: DoorState; reverse: ReverseTable },
): Promise<AdbPort> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    if (closedBy(phone)) {
      refuse(socket);
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    attach(phone, socket, door(phone, state), reverse);
  });
  const bound = await listen(server, port, host);
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  phone.faults.watch(({ fault }) => {
    if (CUTTING.has(fault)) drop();
  });
  return {
    port: bound,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      drop();
      await closed;
    },
  };
}

/**
 * An unplugged phone keeps its port, since another program might take it and the phone never come back: whoever
 * knocks is reset before a word of adb is said, and finds nobody there.
 */
function refuse(socket: Socket): void {
  socket.on('error', () => undefined).resetAndDestroy();
}

function attach(phone: Phone, socket: Socket, state: DoorState, reverse: ReverseTable): void {
  const connection = new Connection(socket, {
    state,
    banner: banner(phone.properties),
    open: (name) =>
      serviceFor(name, {
        phone,
        rules,
        hangUp: () => {
          connection.destroy();
        },
      }),
  });
  const rules = reverse.attach(connection);
  socket.once('close', () => {
    reverse.detach(rules);
  });
}

/**
 * What `adb devices -l` shows, and the features that decide what the host sends: `cmd` brings streamed
 * installs. `abb_exec` and `delayed_ack` are not offered, since they are not spoken.
 */
function banner(properties: ReadonlyMap<string, string>): string {
  const shown = ['ro.product.name', 'ro.product.model', 'ro.product.device'];
  const facts = shown.map((key) => `${key}=${properties.get(key) ?? ''};`).join('');
  return `device::${facts}features=shell_v2,cmd,stat_v2,ls_v2,fixed_push_mkdir`;
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the adb port has no number');
  return address.port;
}
