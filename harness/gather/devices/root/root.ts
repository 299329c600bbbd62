import type { AdbDevice } from '../adb.ts';

/** Runs a script as root; null on a phone that has no `su` or refuses it. */
export type Root = (script: string) => Promise<string>;

/** The spellings of `su`: of Android's own builds, of Magisk (in every app's view of the files), of older ones. */
const SPELLINGS: readonly (readonly string[])[] = [
  ['su', '0', 'sh', '-c'],
  ['su', '--mount-master', '-c'],
  ['su', '-c'],
];

export async function rootOf(device: AdbDevice): Promise<Root | null> {
  if ((await device.shell(['which', 'su'])).code !== 0) return null;
  for (const spelling of SPELLINGS) {
    const { output } = await device.shell([...spelling, 'id']);
    if (output.includes('uid=0')) return (script) => device.ask([...spelling, script], 60_000);
  }
  return null;
}
