import { HAS } from '../../value.ts';
import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';

/** JSON Web Tokens (RFC 7519): header and claims are opened, the signature is proof to others. JWE stays closed. */
export const jwt: Wrapping = {
  name: 'jwt',
  evidence: 'Authorization headers, Firebase Installations, app attestation',
  needs: HAS.DOT,
  lacks: 0,
  first: [0x65],
  recognise: ({ bytes }) => bytes.length < 2 ** 20 && isToken(bytes),
  open: ({ bytes }) => {
    const [header = '', claims = '', third = '', fourth] = bytes.toString('latin1').split('.');
    const head = Buffer.from(header, 'base64url');
    if (fourth !== undefined) {
      const parts = [{ name: 'jwt:header', bytes: head }];
      return { ...opened(parts, false), undecoded: 'a JWE, sealed with a key of its receiver' };
    }
    if (head[0] !== 0x7b) return NOT_THIS;
    const parts = [
      { name: 'jwt:header', bytes: head },
      { name: 'jwt:claims', bytes: Buffer.from(claims, 'base64url') },
      { name: 'jwt:signature', bytes: Buffer.from(third, 'base64url') },
    ];
    return opened(parts, true);
  },
  wild: ({ bytes }) => {
    const regions: (readonly Buffer[])[] = [];
    for (
      let at = bytes.indexOf('eyJ');
      at >= 0 && regions.length < 200;
      at = bytes.indexOf('eyJ', at + 3)
    ) {
      const { end, whole } = tokenAt(bytes, at);
      if (whole) regions.push([bytes.subarray(at, end)]);
      // What was passed once is not looked at again.
      at = end;
    }
    return regions;
  },
  textProves: true,
};

function isToken(bytes: Buffer): boolean {
  const { end, whole } = tokenAt(bytes, 0);
  return whole && end === bytes.length && bytes.toString('latin1', 0, 3) === 'eyJ';
}

/** Where the letters of a token end: it is one of three or five groups of base64url with dots between. */
function tokenAt(bytes: Buffer, from: number): { readonly end: number; readonly whole: boolean } {
  let dots = 0;
  let at = from;
  for (; at < bytes.length; at++) {
    const code = bytes[at] ?? 0;
    if (code === 0x2e && dots < 4) dots++;
    else if (LETTERS[code] === 0) break;
  }
  return { end: at, whole: dots === 2 || dots === 4 };
}

const LETTERS = new Uint8Array(256);
for (const code of Buffer.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
)) {
  LETTERS[code] = 1;
}
