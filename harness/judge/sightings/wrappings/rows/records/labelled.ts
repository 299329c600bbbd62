import { BASE64_KINDS, HAS, KIND_OF } from '../../value.ts';
import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';

/**
 * What a word in front says of the rest: `Basic` and a token, which may be shorter than any run that is cut out of a text,
 * and, below base64, `name:` and a password that is no text.
 */
export const credentials: Wrapping = {
  name: 'credentials',
  evidence: 'Authorization headers (RFC 7617), API keys as names or passwords',
  needs: 0,
  lacks: 0,
  first: null,
  // A text below base64 is searched as it is: its "https:" is nobody's name, and its regions are its own.
  recognise: ({ bytes, kinds, isText, from }) =>
    from === 'base64'
      ? !isText && (kinds & HAS.COLON) !== 0 && PAIR.test(bytes.toString('latin1', 0, 66))
      : (kinds & HAS.BLANK) !== 0 && isScheme(bytes),
  open: ({ bytes, from }) => {
    const head = bytes.toString('latin1', 0, 66);
    const label = (from === 'base64' ? PAIR : SCHEME).exec(head)?.[0];
    if (label === undefined) return NOT_THIS;
    return opened(
      [{ name: `credentials:${label.slice(0, -1)}`, bytes: bytes.subarray(label.length) }],
      false,
    );
  },
  wild: null,
  textProves: false,
};

const PAIR = /^[\w.@+-]{1,64}:/;
const SCHEME = /^(?:Basic|Bearer|Digest|Token|ApiKey|Negotiate|Key) /i;

/** Most values with a blank are sentences: their first letter tells, or a second blank. */
function isScheme(bytes: Buffer): boolean {
  return (
    SCHEME_FIRST.has((bytes[0] ?? 0) | 0x20) &&
    SCHEME.test(bytes.toString('latin1', 0, 12)) &&
    bytes.indexOf(BLANK) === bytes.lastIndexOf(BLANK)
  );
}

const BLANK = 0x20;

const SCHEME_FIRST: ReadonlySet<number> = new Set(Buffer.from('bdtank'));

/** `data:` URIs (RFC 2397) in base64, also inside a text. Those in percent-encoding open like any other. */
export const dataUri: Wrapping = {
  name: 'data',
  evidence: 'pictures and pages inside JSON; canvas.toDataURL',
  needs: HAS.COLON | HAS.COMMA | HAS.OTHER,
  lacks: HAS.NUL,
  first: [0x64, 0x44],
  least: 24,
  recognise: ({ bytes }) => DATA.test(bytes.toString('latin1', 0, 120)),
  open: ({ bytes }) => {
    const label = DATA.exec(bytes.toString('latin1', 0, 120))?.[0];
    if (label === undefined) return NOT_THIS;
    const letters = bytes.subarray(label.length);
    const plain = Buffer.from(letters.toString('latin1'), 'base64');
    return opened([{ name: 'base64', bytes: plain, at: [label.length, bytes.length] }], false);
  },
  wild: ({ bytes }) => {
    const regions: Buffer[][] = [];
    for (
      let at = bytes.indexOf(MARK);
      at >= 0 && regions.length < 1000;
      at = bytes.indexOf(MARK, at + 1)
    ) {
      const start = bytes.lastIndexOf('data:', at);
      if (start <= 0 || at - start > 100) continue;
      let end = at + MARK.length;
      while (end < bytes.length && isLetter(bytes[end])) end++;
      // Longer ones are cut out as runs.
      if (end - at - MARK.length <= SHORT) regions.push([bytes.subarray(start, end)]);
    }
    return regions;
  },
  textProves: true,
};

const MARK = ';base64,';
const DATA = /^data:[^,]{0,100};base64,/i;
const SHORT = 24;

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((KIND_OF[byte] ?? 0) & (BASE64_KINDS | HAS.EQUALS)) !== 0;
}
