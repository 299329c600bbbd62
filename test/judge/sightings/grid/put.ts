import type { Exchange } from '../../../../harness/record/exchange.ts';
import { aBody, anExchange } from '../../../builders.ts';

/** Puts bytes somewhere into an exchange; null where the place cannot hold them. */
export const PLACES: readonly { readonly name: string; put(bytes: Buffer): Exchange | null }[] = [
  { name: 'request body', put: (bytes) => anExchange({ requestBody: aBody(bytes) }) },
  {
    name: 'query',
    put: (bytes) =>
      anExchange({ url: `https://collector.example/t?v=1&p=${escaped(bytes)}&t=1588310400` }),
  },
  {
    name: 'path',
    put: (bytes) => anExchange({ url: `https://collector.example/v2/${escaped(bytes)}/end` }),
  },
  {
    name: 'header',
    put: (bytes) =>
      bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
        ? anExchange({ requestHeaders: [['X-Client-Data', bytes.toString('latin1')]] })
        : null,
  },
  {
    name: 'cookie',
    put: (bytes) =>
      anExchange({ requestHeaders: [['Cookie', `lang=fr; sid=${escaped(bytes)}; v=2`]] }),
  },
  { name: 'response body', put: (bytes) => anExchange({ responseBody: aBody(bytes) }) },
  {
    name: 'frame',
    put: (bytes) => anExchange({ kind: 'websocket', url: null, requestBody: aBody(bytes) }),
  },
];

/** Percent-encoding of bytes, as RFC 3986 has it. */
function escaped(bytes: Buffer): string {
  return [...bytes]
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      return /[A-Za-z0-9._~-]/.test(letter)
        ? letter
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
