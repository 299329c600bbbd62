import type { Serve } from '../connection.ts';
import { reboot, root } from './power.ts';
import { localService } from './local.ts';
import { reverseService } from './reverse.ts';
import type { Service, ServiceContext } from './service.ts';
import { execService, shellService, shellV2Service } from './shell.ts';
import { syncService } from './sync.ts';
import { tcpService } from './tcp.ts';

/** Finds the service that the host asked for by name, and notes the question; `undefined` is a refusal. */
export async function serviceFor(
  name: string,
  context: ServiceContext,
): Promise<Serve | undefined> {
  const found = SERVICES.find(([prefix]) => name.startsWith(prefix));
  context.phone.trace.record({ kind: 'service', what: name, known: found !== undefined });
  if (!found) return undefined;
  const [prefix, service] = found;
  return await service(name.slice(prefix.length), context);
}

const SERVICES: readonly (readonly [string, Service])[] = [
  ['shell,', shellV2Service],
  ['shell:', shellService],
  ['exec:', execService],
  ['sync:', syncService],
  ['tcp:', tcpService],
  ['localabstract:', localService],
  ['reverse:', reverseService],
  ['reboot:', reboot],
  ['root:', root],
];
