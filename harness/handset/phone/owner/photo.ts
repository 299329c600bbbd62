import { TAG, withExif } from '../../../lib/exif.ts';

/** A picture as the camera makes it: one grey pixel, and an Exif segment with maker, model, time and comment. */
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
  return withExif(PIXEL, [
    [TAG.description, comment],
    [TAG.make, maker],
    [TAG.model, model],
    [TAG.dateTime, time],
  ]);
}

/** The smallest baseline JPEG: one pixel. */
const PIXEL = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
  'base64',
);
