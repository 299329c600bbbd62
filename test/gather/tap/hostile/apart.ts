import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { spawnChild } from '../../../../harness/lib/children.ts';
import type { Lab } from '../lab.ts';
import { openLab } from '../lab.ts';
import { hostileAnswers } from './far.ts';

/** What a tap needs of a lab whose servers are in another program. */
export type LabApart = Pick<Lab, 'world' | 'folder'> & AsyncDisposable;

/** The same hostile lab in a program of its own: what this one's memory grows by is then the tap's alone. */
export async function openLabApart(): Promise<LabApart> {
  await using held = new AsyncDisposableStack();
  const child = held.use(await spawnChild(process.execPath, [fileURLToPath(import.meta.url)]));
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr.pipe(process.stderr);
  while (!said.includes('\n')) await once(child.stdout, 'data');
  const [folder = '', proxy = ''] = said.trim().split(' ');
  const inside = (name: string): string => `${folder}/${name}`;
  const all = held.move();
  return {
    folder,
    world: {
      proxy,
      root: inside('root.pem'),
      site: { cert: inside('site.pem'), key: inside('site.key') },
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

if (import.meta.main) {
  await using lab = await openLab(hostileAnswers);
  const ended = once(process, 'SIGTERM');
  process.stdout.write(`${lab.folder} ${lab.world.proxy}\n`);
  await ended;
}
