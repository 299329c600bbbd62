import { run } from '../../../lib/children.ts';
import type { Account, Command } from './account.ts';

const NAME = 'leaklab';

/**
 * Makes a certificate store (NSS) in this folder of a browser's home and puts our CA into it; whether the store says
 * that it holds it. No other program of this machine trusts us for it.
 */
export async function trustIn(
  folder: string,
  caPem: string,
  account: Account,
  env: NodeJS.ProcessEnv,
): Promise<boolean> {
  const store = `sql:${folder}`;
  const shell = async (...words: Command): Promise<Buffer> => {
    const [command, ...args] = account.as(words);
    const { code, stdout, stderr } = await run(command, args, { env, input: Buffer.from(caPem) });
    if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${stderr.trim()}`);
    return stdout;
  };
  await shell('mkdir', '-p', '-m', '700', folder);
  await shell('certutil', '-d', store, '-N', '--empty-password');
  await shell('certutil', '-d', store, '-A', '-n', NAME, '-t', 'C,,');
  const held = await shell('certutil', '-d', store, '-L', '-n', NAME, '-a');
  return bare(held.toString('latin1')) === bare(caPem);
}

function bare(pem: string): string {
  return pem.replaceAll(/\s/g, '');
}
