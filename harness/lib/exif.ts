/** Tags of IFD 0 that hold a text (CIPA DC-008, Exif 2.32). */
export const TAG = { description: 0x010e, make: 0x010f, model: 0x0110, dateTime: 0x0132 } as const;

/**
 * A JPEG with an Exif segment behind its first marker: texts by tag, in ascending order, laid out as CIPA DC-008 says:
 * TIFF, big-endian, ASCII tags of IFD 0.
 */
export function withExif(
  jpeg: Buffer,
  tags: readonly (readonly [tag: number, text: string])[],
): Buffer {
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff(tags)]);
  const segment = Buffer.from([0xff, 0xe1, 0, 0]);
  segment.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, exif, jpeg.subarray(2)]);
}

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

/** The description in a JPEG's Exif, as a gallery shows it; empty where there is none. */
export function descriptionIn(jpeg: Buffer): string {
  const at = jpeg.indexOf('Exif\0\0', 0, 'latin1') + 6;
  if (at < 6 || jpeg.toString('latin1', at, at + 4) !== 'MM\0*') return '';
  const bytes = jpeg.subarray(at, at + 65_535);
  const word = (offset: number): number =>
    offset + 4 <= bytes.length ? bytes.readUInt32BE(offset) : 0;
  const directory = word(4);
  const count = directory + 2 <= bytes.length ? bytes.readUInt16BE(directory) : 0;
  for (let entry = directory + 2; entry < directory + 2 + count * 12; entry += 12) {
    if (entry + 12 > bytes.length || bytes.readUInt16BE(entry) !== TAG.description) continue;
    const [length, start] = [word(entry + 4), word(entry + 8)];
    return bytes.toString('utf8', start, start + length).replace(/\0.*$/s, '');
  }
  return '';
}
