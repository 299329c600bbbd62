/**
 * How wide a letter of DejaVu Sans Condensed is, in parts of its size: near enough to break lines by, so that
 * layout needs no font. Source: the font's own advance widths, rounded up.
 */
export function widthOf(text: string, size: number): number {
  let parts = 0;
  for (const letter of text) parts += letterWidth(letter);
  return parts * size;
}

/** Breaks text into lines no wider than `width`; past `most` lines it ends with an ellipsis. */
export function wrap(text: string, width: number, size: number, most = 40): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/u).filter((one) => one !== '')) {
    for (const piece of pieces(word, width, size)) {
      const longer = line === '' ? piece : `${line} ${piece}`;
      if (line !== '' && widthOf(longer, size) > width) {
        lines.push(line);
        line = piece;
      } else line = longer;
    }
    if (lines.length > most) break;
  }
  if (line !== '') lines.push(line);
  return lines.length > most ? [...lines.slice(0, most - 1), `${lines[most - 1] ?? ''}…`] : lines;
}

/** A word that is wider than the line, such as a long URL, is cut where the line ends. */
function pieces(word: string, width: number, size: number): string[] {
  if (widthOf(word, size) <= width) return [word];
  const cut: string[] = [];
  let piece = '';
  for (const letter of word) {
    if (piece !== '' && widthOf(piece + letter, size) > width) {
      cut.push(piece);
      piece = '';
    }
    piece += letter;
  }
  return [...cut, piece];
}

function letterWidth(letter: string): number {
  if ("iljI.,:;'|!".includes(letter)) return 0.31;
  if (' ftr()[]{}/-"'.includes(letter)) return 0.4;
  if ('mwMW@%…—'.includes(letter)) return 0.9;
  if ((letter.codePointAt(0) ?? 0) >= 0x11_00) return 1;
  return letter >= 'A' && letter <= 'Z' ? 0.66 : 0.58;
}
