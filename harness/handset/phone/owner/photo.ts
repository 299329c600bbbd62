/**
 * A picture as the camera makes it: one grey pixel, and an Exif segment with maker, model, time and comment, laid out
 * as CIPA DC-008 (Exif 2.32) says: TIFF, big-endian, ASCII tags of IFD 0.
 */
export function photo({
  maker,
  model,
  at,
  comment,
}: {
  maker: string;
  model: string;
  /** Milliseconds since the epoch; written in UTC. */
  at: number;
  comment: string;
}): Buffer {
  const time = new Date(at).toISOString().slice(0, 19).replaceAll('-', ':').replace('T', ' ');
  const exif = Buffer.concat([
    Buffer.from('Exif\0\0', 'latin1'),
    tiff([
      [TAG.description, comment],
      [TAG.make, maker],
      [TAG.model, model],
      [TAG.dateTime, time],
    ]),
  ]);
  const segment = Buffer.from([0xff, 0xe1, 0, 0]);
  segment.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([PIXEL.subarray(0, 2), segment, exif, PIXEL.subarray(2)]);
}

const TAG = { description: 0x010e, make: 0x010f, model: 0x0110, dateTime: 0x0132 } as const;

/** Tags in ascending order, each an ASCII text. */
function tiff(tags: readonly (readonly [tag: number, text: string])[]): Buffer {
  const head = Buffer.from('MM\0*\0\0\0\x08', 'latin1');
  const directory = Buffer.alloc(2 + tags.length * 12 + 4);
  directory.writeUInt16BE(tags.length, 0);
  const texts: Buffer[] = [];
  let offset = head.length + directory.length;
  for (const [at, [tag, text]] of tags.entries()) {
    // A text of up to four bytes would stand in the entry itself; padded, each stands where the entry points.
    const bytes = Buffer.from(`${text.slice(0, 4000)}\0`.padEnd(6, '\0'));
    directory.writeUInt16BE(tag, 2 + at * 12);
    directory.writeUInt16BE(2, 4 + at * 12);
    directory.writeUInt32BE(bytes.length, 6 + at * 12);
    directory.writeUInt32BE(offset, 10 + at * 12);
    offset += bytes.length;
    texts.push(bytes);
  }
  return Buffer.concat([head, directory, ...texts]);
}

/** The smallest baseline JPEG: one pixel. */
const PIXEL = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
  'base64',
);
