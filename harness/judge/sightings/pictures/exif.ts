import exifr from 'exifr';

/** What is written in a picture beside its pixels, by tag, as JSON; null when nothing is. The door to exifr. */
export async function writtenIn(bytes: Buffer): Promise<Buffer | null> {
  try {
    const tags: unknown = await exifr.parse(bytes, {
      tiff: true,
      exif: true,
      gps: true,
      iptc: true,
      xmp: true,
      interop: true,
      icc: false,
      mergeOutput: false,
      translateValues: false,
      reviveValues: false,
      userComment: true,
    });
    if (tags === undefined || tags === null) return null;
    const text = JSON.stringify(tags, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    );
    return Buffer.from(text).subarray(0, MOST);
  } catch {
    return null;
  }
}

/** The small picture that a camera puts into a large one; null when there is none. */
export async function thumbnailIn(bytes: Buffer): Promise<Buffer | null> {
  try {
    const small = await exifr.thumbnail(bytes);
    return small === undefined ? null : Buffer.from(small);
  } catch {
    return null;
  }
}

const MOST = 2 ** 20;
