import { decodeHTML } from 'entities';
import { HAS } from '../../value.ts';
import type { Opened, Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';
import { Stretches } from './stretches.ts';

/** HTML and XML entities: named, decimal, hexadecimal. Double escaping is this row twice. The door to `entities`. */
export const entities: Wrapping = {
  name: 'entities',
  evidence: 'web pages, RSS, SOAP, XML plists: & in an address is written &amp;',
  needs: HAS.AMPERSAND,
  lacks: HAS.NUL | HAS.CONTROL,
  first: null,
  recognise: ({ bytes }) => nextEntity(bytes, 0) !== null,
  open: ({ bytes }) => {
    if (bytes.length > SHORT) return openPage(bytes);
    const plain = withoutEntities(bytes);
    return plain.equals(bytes) ? NOT_THIS : opened([{ name: 'entities', bytes: plain }], false);
  },
  wild: null,
  textProves: false,
};

/** Longer ones are pages: most of them opens to what it was. */
const SHORT = 2048;

/**
 * Of a page all is searched once more, but only what stands between two tags and has an entity that belongs to a value is
 * looked into: whoever wraps a value so never leaves a `<` in it.
 */
function openPage(bytes: Buffer): Opened {
  // Of five letters, `&nGt;` and `&nLt;` are six bytes in UTF-8.
  const out = Buffer.allocUnsafe(Math.ceil((bytes.length * 6) / 5));
  const stretches = new Stretches(bytes);
  let [from, size] = [0, 0];
  for (let found = nextEntity(bytes, 0); found !== null; found = nextEntity(bytes, found.end)) {
    const { start, end, text } = found;
    stretches.entity(start, end, size - from, belongs(bytes, start, end, text));
    size += bytes.copy(out, size, from, start);
    size += out.write(text, size);
    from = end;
  }
  if (from === 0) return NOT_THIS;
  stretches.end(size - from);
  size += bytes.copy(out, size, from);
  const { spans, places } = stretches;
  const leaves = {
    bytes: out.subarray(0, size),
    spans,
    around: 'entities',
    nameOf: () => 'entities',
    isLabel: () => false,
    placeOf: (leaf: number): readonly [number, number] => [
      places[2 * leaf] ?? 0,
      places[2 * leaf + 1] ?? 0,
    ],
  };
  return { ...NOT_THIS, leaves: [leaves] };
}

/** An `&amp;` between two words of a sentence is part of no value, nor is a letter with an accent or a blank. */
function belongs(bytes: Buffer, start: number, end: number, text: string): boolean {
  if (bytes[start + 1] !== 0x23 && text.charCodeAt(0) >= 0x80) return false;
  return !(isEdge(bytes[start - 1]) && isEdge(bytes[end]));
}

function isEdge(byte: number | undefined): boolean {
  return byte === undefined || byte <= 0x20 || byte === 0x3c || byte === 0x3e;
}

/** Undone one by one, so that bytes which are no text around them stay as they are. */
export function withoutEntities(bytes: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let from = 0;
  for (let found = nextEntity(bytes, 0); found !== null; found = nextEntity(bytes, found.end)) {
    pieces.push(bytes.subarray(from, found.start), Buffer.from(found.text));
    from = found.end;
  }
  return pieces.length === 0 ? bytes : Buffer.concat([...pieces, bytes.subarray(from)]);
}

/** The longest name, `&CounterClockwiseContourIntegral;`, is 33 characters. */
const LONGEST = 34;
const SHAPE = /^&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});/;

function nextEntity(
  bytes: Buffer,
  from: number,
): { readonly start: number; readonly end: number; readonly text: string } | null {
  for (let at = bytes.indexOf(0x26, from); at >= 0; at = bytes.indexOf(0x26, at + 1)) {
    const written = SHAPE.exec(bytes.toString('latin1', at, at + LONGEST))?.[0];
    if (written === undefined) continue;
    const text = decodeHTML(written);
    if (text !== written) return { start: at, end: at + written.length, text };
  }
  return null;
}
