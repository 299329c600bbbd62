/** Of a question without options the last 11 bytes are an OPT record that says nothing (RFC 6891). */
const EMPTY_OPTIONS = 11;
const HEAD = 12;

/**
 * What a DNS question (RFC 1035 §4) can carry: its name as people write it, the same without the dots, since they cut
 * what is longer than a label, and whatever stands behind it. Null when it is none, and is to be searched as it is.
 */
export function partsOfQuestion(bytes: Buffer): Buffer[] | null {
  if (bytes.length < HEAD + 5 || bytes.readUInt16BE(4) !== 1) return null;
  const labels: Buffer[] = [];
  let at = HEAD;
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) {
    if (length > 63 || at + 1 + length >= bytes.length) return null;
    labels.push(bytes.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  const rest = bytes.subarray(at + 5);
  const dotted = Buffer.from(labels.map((label) => label.toString('latin1')).join('.'), 'latin1');
  return [
    dotted,
    ...(labels.some(({ length }) => length >= 32) ? [Buffer.concat(labels)] : []),
    ...(rest.length > EMPTY_OPTIONS ? [rest] : []),
  ];
}
