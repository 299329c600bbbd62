import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { linesOf } from '../../harness/record/disk.ts';
import { exchangeSchema } from '../../harness/record/exchange.ts';

/**
 * Looks every numbered request up in the record: how many are not there once and whole, or with another's answer.
 * `halved`: large bodies that were on their way when one trial ended and the next began; their lines say so.
 */
export async function foundAgain(
  run: string,
  sent: number,
): Promise<{ lost: number; wrong: number; halved: number; lines: number }> {
  const times = new Uint8Array(sent);
  let [wrong, halved, lines] = [0, 0, 0];
  for (const trial of await readdir(join(run, 'trials'))) {
    for await (const text of linesOf(join(run, 'trials', trial, 'exchanges.jsonl'))) {
      const line = exchangeSchema.parse(JSON.parse(text));
      if (line.kind !== 'http' || line.aborted) continue;
      lines += 1;
      const [, size, number] = URL.parse(line.url ?? '')?.pathname.split('/') ?? [];
      const answer = line.responseHeaders.find(([name]) => name.toLowerCase() === 'x-number')?.[1];
      const body = line.responseBody;
      const bytes =
        body === null
          ? 0
          : 'base64' in body
            ? Buffer.from(body.base64, 'base64').length
            : body.bytes;
      const cut = line.truncated.response;
      if (cut) halved += 1;
      if (answer !== number || (bytes !== Number(size) && !cut)) wrong += 1;
      else times[Number(number)] = (times[Number(number)] ?? 0) + 1;
    }
  }
  return { lost: times.filter((count) => count !== 1).length, wrong, halved, lines };
}
