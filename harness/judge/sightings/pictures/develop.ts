import type { Answer } from './darkroom.ts';
import { HEAD } from './darkroom.ts';
import { thumbnailIn, writtenIn } from './exif.ts';
import { smallOf } from './pixels.ts';

/*
 * The darkroom's own process: hostile pictures are opened here and nowhere else. Asked by a length, whether the pixels
 * are wanted, and the picture; answers with a line of JSON each.
 */
let held = Buffer.alloc(0);
let chunks: Buffer[] = [];
let size = 0;
for await (const chunk of process.stdin) {
  if (!Buffer.isBuffer(chunk)) continue;
  chunks.push(chunk);
  size += chunk.length;
  // Large pictures come in hundreds of pieces: they are put together once.
  if (held.length >= HEAD && size < HEAD + held.readUInt32LE(0)) continue;
  held = Buffer.concat(chunks);
  while (held.length >= HEAD && held.length >= HEAD + held.readUInt32LE(0)) {
    const end = HEAD + held.readUInt32LE(0);
    const answer = await developed(held.subarray(HEAD, end), held[4] === 1);
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    held = held.subarray(end);
  }
  chunks = [held];
  size = held.length;
}

async function developed(picture: Buffer, pixels: boolean): Promise<Answer> {
  const written = (await writtenIn(picture))?.toString('base64') ?? null;
  if (!pixels) return { written, shown: null, small: null, failed: null };
  const { colours, failed } = await smallOf(picture);
  const within = await thumbnailIn(picture);
  const small = within === null ? null : (await smallOf(within)).colours;
  return {
    written,
    shown: colours?.toString('base64') ?? null,
    small: small?.toString('base64') ?? null,
    failed,
  };
}
