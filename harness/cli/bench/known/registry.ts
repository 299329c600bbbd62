import { isIP } from 'node:net';
import { join } from 'node:path';
import type { z } from 'zod';
import { DOMAINS } from '../../../judge/recipients/domains.ts';
import { networksIn } from '../../../judge/recipients/location.ts';
import { networkIn } from '../../../judge/recipients/ranges.ts';
import type { Network, Networks, Registry } from '../../../judge/recipients/registry.ts';
import { recipientsFileSchema } from '../../../judge/recipients/registry.ts';
import { run } from '../../../lib/children.ts';
import { Fault } from '../../../lib/fault.ts';
import { jsonOf, readText } from '../../../record/disk.ts';

type OwnFile = z.output<typeof recipientsFileSchema>;

/**
 * What is known of recipients at this bench: `recipients.json` beside `devices.json`, our own table of registrants, and
 * the IPFire Location database where it is installed. Nothing is asked of the network, and nothing without an address.
 */
export async function registryAt(home: string): Promise<Registry> {
  const own = await ownFile(join(home, 'recipients.json'));
  return {
    domains: [...own.domains, ...DOMAINS],
    places: own.places,
    networksOf: async (addresses) => {
      const asked = addresses.filter((address) => isIP(address) !== 0);
      const { known, otherwise } = await inDataSet(asked, own.database);
      const written = asked.flatMap((address): [string, Network][] => {
        const network = networkIn(own.addresses, address);
        return network ? [[address, network]] : [];
      });
      return { known: new Map([...known, ...written]), otherwise };
    },
  };
}

/** The database that `location update` keeps, or the one that is named. */
async function inDataSet(addresses: readonly string[], database: string | null): Promise<Networks> {
  if (addresses.length === 0) return { known: new Map(), otherwise: 'no address' };
  const its = database === null ? [] : ['--database', database];
  const version = await run('location', [...its, 'version']);
  if (version.code !== 0) {
    const why = database === null ? 'none is installed here' : `${database} cannot be read here`;
    return { known: new Map(), otherwise: `no data set of addresses: ${why}` };
  }
  const date = version.stdout.toString('utf8').trim();
  // It exits with 1 where it knows one of them not.
  const { stdout } = await run('location', [...its, 'lookup', ...addresses]);
  return {
    known: networksIn(stdout.toString('utf8'), date),
    otherwise: `not in the IPFire Location database of ${date}`,
  };
}

async function ownFile(path: string): Promise<OwnFile> {
  const text = await readText(path);
  if (text === null) return recipientsFileSchema.parse({});
  const read = recipientsFileSchema.safeParse(jsonOf(text));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Fault(
    'recipients-invalid',
    `recipients.json: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'not understood'}`,
    'Mend it (docs/recipients.md shows its fields), or take it away.',
  );
}
