/** A text under rot13, read backwards by bytes and by characters, and in Latin-1: what nobody undoes without a reason. */
export function turned(text: string): { readonly wrapping: string; readonly bytes: Buffer }[] {
  const plain = Buffer.from(text);
  const turns = [
    { wrapping: 'rot13', bytes: Buffer.from(text.replace(/[A-Za-z]/g, rot13)) },
    { wrapping: 'reversed', bytes: Buffer.from(plain).reverse() },
    { wrapping: 'reversed', bytes: Buffer.from([...text].toReversed().join('')) },
  ];
  if (/^[\0-\xff]*$/.test(text)) {
    turns.push({ wrapping: 'latin-1', bytes: Buffer.from(text, 'latin1') });
  }
  return turns.filter(({ bytes }) => !bytes.equals(plain));
}

function rot13(letter: string): string {
  const base = letter <= 'Z' ? 65 : 97;
  return String.fromCharCode(base + ((letter.charCodeAt(0) - base + 13) % 26));
}
