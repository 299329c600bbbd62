import { createHash } from 'node:crypto';
import { decoded } from './tokens.ts';

/**
 * A detector as the web-tracking papers build it (Englehardt et al. 2018, Senol et al. 2022): every canary under every
 * pair of encodings and hashes, made beforehand, and each string looked for in each token of a request, which is
 * decoded up to two times. Written for this bench, from the papers; it stands for the method, not for their code.
 */
export function makePoolDetector(values: readonly string[]): (text: string) => number {
  const layer = (inputs: readonly string[]): string[] =>
    inputs.flatMap((input) => LAYERS.map((make) => make(input)));
  const first = layer(values);
  const pool = [...new Set([...values, ...first, ...layer(first)])].filter(
    (one) => one.length >= 8,
  );
  return (text) => {
    let seen = 0;
    for (const token of decoded(text, 2)) for (const one of pool) if (token.includes(one)) seen++;
    return seen;
  };
}

const HASHES = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3-256', 'ripemd160'];

const LAYERS: readonly ((text: string) => string)[] = [
  (text) => text.toLowerCase(),
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(text).toString('hex'),
  encodeURIComponent,
  ...HASHES.map((name) => (text: string) => createHash(name).update(text).digest('hex')),
];
