import { decodeHTML } from 'entities';
import { HAS } from '../../value.ts';
import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';

/** HTML and XML entities: named, decimal, hexadecimal. Double escaping is this row twice. The door to `entities`. */
export const entities: Wrapping = {
  name: 'entities',
  evidence: 'web pages, RSS, SOAP, XML plists: & in an address is written &amp;',
  needs: HAS.AMPERSAND,
  lacks: HAS.NUL | HAS.CONTROL,
  first: null,
  recognise: ({ bytes }) => nextEntity(bytes, 0) !== null,
  open: ({ bytes }) => {
    const plain = withoutEntities(bytes);
    return plain.equals(bytes) ? NOT_THIS : opened([{ name: 'entities', bytes: plain }], false);
  },
  wild: null,
  textProves: false,
};

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
