/** Base64 in its dialects. */
export function base64(
  bytes: Buffer,
  {
    alphabet,
    padding,
    line,
  }: { alphabet: 'standard' | 'url'; padding: boolean; line?: number | undefined },
): string {
  const standard = bytes.toString('base64');
  const spelt = alphabet === 'url' ? standard.replaceAll('+', '-').replaceAll('/', '_') : standard;
  const padded = padding ? spelt : spelt.replace(/=+$/, '');
  return line === undefined ? padded : inPieces(padded, line).join('\r\n');
}

export function hex(bytes: Buffer, letters: 'lower' | 'upper'): string {
  const lower = bytes.toString('hex');
  return letters === 'upper' ? lower.toUpperCase() : lower;
}

const PLAIN = /[A-Za-z0-9\-_.!~*'()]/;

/** What Java's Uri.encode does, byte by byte; `all`: nothing is left as it is. */
export function percent(bytes: Buffer, all = false): string {
  return Array.from(bytes, (byte) => {
    const letter = String.fromCharCode(byte);
    return !all && PLAIN.test(letter)
      ? letter
      : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
  }).join('');
}

/** As a name in DNS: no label longer than 63 letters. */
export function labels(bytes: Buffer, of: number): string {
  return inPieces(bytes.toString('latin1'), of).join('.');
}

function inPieces(text: string, length: number): string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, at) =>
    text.slice(at * length, (at + 1) * length),
  );
}
