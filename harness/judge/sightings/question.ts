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
  return [dotted, ...acrossLabels(dotted), ...(rest.length > EMPTY_OPTIONS ? [rest] : [])];
}

/** As many labels as a registered domain has behind what somebody put in front of it. */
const DOMAINS = [0, 2, 3];
/** Shorter ones are names. */
const LONGEST_NAME = 24;

/** The labels of a long name without the dots, since they cut what is longer than a label; without its domain, too. */
export function acrossLabels(name: Buffer): Buffer[] {
  if (name.length < LONGEST_NAME) return [];
  const labels = name.toString('latin1').split('.');
  if (!labels.some((label) => label.length >= SHORTEST_LABEL)) return [];
  const joins = DOMAINS.map((domain) => labels.slice(0, labels.length - domain).join(''));
  return [...new Set(joins)]
    .filter((join) => join.length >= 16)
    .map((join) => Buffer.from(join, 'latin1'));
}

/** What is packed takes up its labels. */
const SHORTEST_LABEL = 12;
