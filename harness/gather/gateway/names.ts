import { createSocket } from 'node:dgram';
import { resolve4 } from 'node:dns/promises';
import { once } from 'node:events';
import type { Answer, DecodedPacket } from 'dns-packet';
import { AUTHORITATIVE_ANSWER, decode, encode, RECURSION_AVAILABLE } from 'dns-packet';

/** A question that the device asked, and what it was told. */
export interface NameAsked {
  /** ms since the epoch. */
  readonly at: number;
  readonly clientPort: number;
  /** The whole datagram: a canary may hide in any part of it. */
  readonly question: Buffer;
  readonly answer: Buffer | null;
  /** Lower case, without the last dot; empty where the datagram is no question. */
  readonly name: string;
}

/** The name server of one device: the only one that it reaches. */
export interface NameServer extends AsyncDisposable {
  readonly port: number;
  /** Which name was given this address; null for one that was never given. */
  nameOf(address: string): string | null;
}

/** Finds the addresses of a name; none when it has none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** More names than a device asks for in a run. */
const MOST_NAMES = 65_000;
/** Short, so that a device asks again in each trial. */
const TTL_SECONDS = 5;

/**
 * Answers for IPv4, and whose an address is that it gave (PTR); says of everything else that there is none, so that
 * nothing is asked elsewhere. Each question is told with its bytes. An address that was given leads back to its name,
 * which raw connections do not say themselves.
 */
export async function openNames(
  address: string,
  { resolve, tell, now }: { resolve: Resolve; tell: (asked: NameAsked) => void; now: () => number },
): Promise<NameServer> {
  const given = new Map<string, string>();
  const socket = createSocket('udp4');
  socket.on('error', () => undefined);
  socket.on('message', (question, peer) => {
    const at = now();
    void answerTo(question, resolve, given).then(({ answer, name }) => {
      tell({ at, clientPort: peer.port, question, answer, name });
      if (answer) socket.send(answer, peer.port, peer.address);
    });
  });
  socket.bind(0, address);
  await once(socket, 'listening');
  const bound = socket.address();
  if (bound.address !== address) {
    throw new Error(`the name server listens on ${bound.address}, not on ${address}`);
  }
  return {
    port: bound.port,
    nameOf: (one) => given.get(one) ?? null,
    [Symbol.asyncDispose]: async () => {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

/**
 * Made-up addresses out of 198.19.0.0/16, one a name: in a world of ours every name leads to the tap, and the tap
 * knows by the address which name was meant.
 */
export function madeUp(): Resolve {
  const known = new Map<string, string>();
  return (name) => {
    let address = known.get(name);
    if (address === undefined && known.size < MOST_NAMES) {
      const place = known.size + 1;
      address = `198.19.${String(place >> 8)}.${String(place & 255)}`;
      known.set(name, address);
    }
    return Promise.resolve(address === undefined ? [] : [address]);
  };
}

/** The addresses that the internet's own name servers give: for a phone whose egress is open. */
export const asTheyAre: Resolve = (name) => resolve4(name);

async function answerTo(
  question: Buffer,
  resolve: Resolve,
  given: Map<string, string>,
): Promise<{ answer: Buffer | null; name: string }> {
  const packet = decoded(question);
  const [asked] = packet?.questions ?? [];
  if (!packet || !asked) return { answer: null, name: '' };
  const name = asked.name.toLowerCase().replace(/\.$/, '');
  const addresses = asked.type === 'A' ? await resolve(name).catch(() => []) : [];
  for (const one of addresses) if (given.size < MOST_NAMES) given.set(one, name);
  const about = { class: 'IN', name: asked.name, ttl: TTL_SECONDS } as const;
  const owner = asked.type === 'PTR' ? given.get(addressIn(name)) : undefined;
  const answers = [
    ...addresses.map((data): Answer => ({ ...about, type: 'A', data })),
    ...(owner === undefined ? [] : [{ ...about, type: 'PTR' as const, data: owner }]),
  ];
  const answer = encode({
    id: packet.id ?? 0,
    type: 'response',
    flags: AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE,
    questions: [asked],
    answers,
  });
  return { answer, name };
}

/** The address that a question backwards is about (RFC 1035, 3.5); empty where it is none of IPv4. */
function addressIn(name: string): string {
  const [, backwards = ''] = /^((?:\d{1,3}\.){4})in-addr\.arpa$/.exec(name) ?? [];
  return backwards.split('.').reverse().slice(1).join('.');
}

/** What a device sends may be anything. */
function decoded(bytes: Buffer): DecodedPacket | null {
  try {
    return decode(bytes);
  } catch {
    return null;
  }
}
