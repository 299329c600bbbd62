/** The tokens of a text, and what they decode to, as often as said: percent-encoding and base64. */
export function decoded(text: string, layers: number): string[] {
  const tokens = text.split(/[\s"'{}[\](),;:&?<>]+/).filter((token) => token.length >= 8);
  if (layers === 0) return tokens;
  return tokens.flatMap((token) => [
    token,
    ...openings(token).flatMap((inner) => decoded(inner, layers - 1)),
  ]);
}

function openings(token: string): string[] {
  const opened: string[] = [];
  if (/%[0-9A-Fa-f]{2}/.test(token)) {
    try {
      opened.push(decodeURIComponent(token));
    } catch {
      // Not percent-encoding after all.
    }
  }
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(token) && token.length % 4 === 0) {
    opened.push(Buffer.from(token, 'base64').toString('latin1'));
  }
  return opened;
}
