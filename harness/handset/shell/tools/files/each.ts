import { FileError } from '../../../phone/storage/files.ts';
import type { Answer, Call } from '../../tool.ts';

/** Does something with each file named; the refusals are printed as toybox words them, and the rest goes on. */
export async function eachFile(
  call: Call,
  names: readonly string[],
  act: (path: string, name: string) => string | Buffer,
): Promise<Answer> {
  const out: Buffer[] = [];
  let err = '';
  for (const name of names) {
    try {
      out.push(Buffer.from(act(call.path(name), name)));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      err += `${call.name}: ${name}: ${error.message}\n`;
    }
  }
  return await Promise.resolve({ out: Buffer.concat(out), err, code: err === '' ? 0 : 1 });
}
