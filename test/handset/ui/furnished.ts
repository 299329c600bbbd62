import type { Bench } from './by-hand.ts';
import { aBench } from './by-hand.ts';

const PAGE = 'https://visited.leaklab.test/x';

/** A phone with something in every list. */
export async function furnished(rom: string): Promise<Bench> {
  const bench = await aBench(rom);
  bench.web.serves(PAGE, '<title>Dofaki Lumeri</title><p>Hello');
  bench.belongings.add('contacts', { name: 'Kenato', number: '+33199000001' });
  bench.belongings.add('messages', { number: '+33199000001', text: 'Hello', box: 'inbox' });
  bench.belongings.add('mail', { address: 'a@b.test', subject: 'Gobazu', text: 'Hello' });
  bench.belongings.add('photos', { name: 'p.jpg', path: '/sdcard/DCIM/Camera/p.jpg' });
  bench.files.write('/storage/emulated/0/DCIM/Camera/p.jpg', 'x');
  bench.files.write('/storage/emulated/0/notes.txt', 'x');
  return bench;
}
