import type { Duplex } from 'node:stream';
import { encode, MAX_PAYLOAD, PacketReader } from './packet.ts';
import type { Command, Packet } from './packet.ts';
import { AdbStream } from './stream.ts';

/** `unauthorized`: as a phone whose owner never confirms the key; `authorizing`: as one that asks for ever; `mute`: as a phone that hangs. */
export type DoorState = 'open' | 'unauthorized' | 'authorizing' | 'mute';

/** A service that the host asked for: handed the stream once it is open. */
export type Serve = (stream: AdbStream) => void;

export interface ConnectionRules {
  readonly state: DoorState;
  readonly banner: string;
  /** What to do with `OPEN name`; `undefined` refuses. May take its time: the host waits for OKAY or CLSE. */
  open(name: string): Promise<Serve | undefined>;
}

/** One host's connection: who may speak, and the streams inside it. */
export class Connection {
  readonly #socket: Duplex;
  readonly #rules: ConnectionRules;
  readonly #reader = new PacketReader();
  readonly #streams = new Map<number, { readonly stream: AdbStream; readonly peer: number }>();
  readonly #opening = new Map<number, PromiseWithResolvers<AdbStream>>();
  #maxPayload = 4096;
  #nextId = 1;
  #admitting = 0;
  #online = false;

  constructor(socket: Duplex, rules: ConnectionRules) {
    this.#socket = socket;
    this.#rules = rules;
    socket.on('data', (chunk: Buffer) => {
      for (const packet of this.#reader.push(chunk)) this.#take(packet);
      if (this.#reader.broken || socket.writableLength > MOST_UNSENT) socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.#lost();
    });
  }

  get alive(): boolean {
    return this.#online && !this.#socket.destroyed;
  }

  /** Opens a stream towards the host, as adbd does for a connection to a reversed port. */
  open(name: string): Promise<AdbStream> {
    const id = this.#nextId++;
    const opening = Promise.withResolvers<AdbStream>();
    if (!this.alive) return Promise.reject(new Error('the host has gone'));
    this.#opening.set(id, opening);
    this.#send('OPEN', id, 0, `${name}\0`);
    return opening.promise;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #take(packet: Packet): void {
    if (this.#rules.state === 'mute') return;
    if (packet.command === 'CNXN') this.#greet(packet);
    else if (packet.command === 'AUTH') this.#doubt(packet);
    else if (this.#online) this.#route(packet);
  }

  #greet(packet: Packet): void {
    this.#maxPayload = Math.max(1, Math.min(packet.arg1, MAX_PAYLOAD));
    if (this.#rules.state !== 'open') {
      this.#send('AUTH', AUTH.token, 0, Buffer.alloc(20, 0x5a));
      return;
    }
    this.#online = true;
    this.#send('CNXN', VERSION, MAX_PAYLOAD, this.#rules.banner);
  }

  /** No signature is good enough, and nobody ever confirms the public key: the host says `unauthorized`. */
  #doubt(packet: Packet): void {
    const again = (): void => {
      this.#send('AUTH', AUTH.token, 0, Buffer.alloc(20, 0x5a));
    };
    if (this.#rules.state === 'authorizing') setTimeout(again, ASK_AGAIN_MS).unref();
    else if (packet.arg0 === AUTH.signature) again();
  }

  #route(packet: Packet): void {
    const { command, arg0: peer, arg1: id, payload } = packet;
    const held = this.#streams.get(id);
    if (command === 'OPEN') void this.#admit(peer, payload.toString('utf8').replace(/\0.*$/s, ''));
    else if (command === 'OKAY' && held) held.stream.okayed();
    else if (command === 'OKAY') this.#opened(id, peer);
    else if (command === 'WRTE' && held) held.stream.received(payload);
    else if (command === 'WRTE') this.#send('CLSE', 0, peer);
    else if (command === 'CLSE' && held) {
      this.#streams.delete(id);
      this.#send('CLSE', id, peer);
      held.stream.hungUp();
    } else if (command === 'CLSE') this.#refused(id);
  }

  async #admit(peer: number, name: string): Promise<void> {
    const crowded = this.#streams.size + this.#admitting >= MOST_STREAMS;
    this.#admitting += 1;
    const serve = crowded ? undefined : await this.#rules.open(name);
    this.#admitting -= 1;
    if (!this.alive) return;
    if (!serve) {
      this.#send('CLSE', 0, peer);
      return;
    }
    const id = this.#nextId++;
    const stream = this.#stream(id, peer);
    // The host takes a WRTE before the OKAY for an error.
    this.#send('OKAY', id, peer);
    serve(stream);
  }

  #opened(id: number, peer: number): void {
    const opening = this.#opening.get(id);
    if (!opening) return;
    this.#opening.delete(id);
    opening.resolve(this.#stream(id, peer));
  }

  #refused(id: number): void {
    this.#opening.get(id)?.reject(new Error('connection refused by the host'));
    this.#opening.delete(id);
  }

  #stream(id: number, peer: number): AdbStream {
    const stream = new AdbStream({
      maxPayload: this.#maxPayload,
      write: (payload) => {
        this.#send('WRTE', id, peer, payload);
      },
      acknowledge: () => {
        if (this.#streams.has(id)) this.#send('OKAY', id, peer);
      },
      close: () => {
        if (this.#streams.delete(id)) this.#send('CLSE', id, peer);
      },
    });
    this.#streams.set(id, { stream, peer });
    return stream;
  }

  #send(command: Command, arg0: number, arg1: number, payload: Buffer | string = ''): void {
    if (!this.#socket.destroyed) this.#socket.write(encode(command, arg0, arg1, payload));
  }

  #lost(): void {
    for (const { stream } of this.#streams.values()) stream.hungUp();
    this.#streams.clear();
    for (const opening of this.#opening.values()) opening.reject(new Error('the host has gone'));
    this.#opening.clear();
  }
}

const VERSION = 0x01000001;

/** Wall time, since it only keeps two programs from asking each other as fast as they can. */
const ASK_AGAIN_MS = 200;

/** Streams at a time: the real stack uses about twenty. */
const MOST_STREAMS = 256;

/** Bytes for a host that does not read: more than 64 MiB, and it is cut off. */
const MOST_UNSENT = 64 * 2 ** 20;

const AUTH = { token: 1, signature: 2 } as const;
