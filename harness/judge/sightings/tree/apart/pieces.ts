import { HAS, kindsOf } from '../../wrappings/value.ts';
import type { Leaves, Part } from '../../wrappings/wrapping.ts';

/** A value that may hold part of a canary, the kinds of its bytes, and its name where somebody asks for it. */
export interface Piece {
  readonly bytes: Buffer;
  readonly kinds: number;
  name(): string;
}

/** Longer values hold canaries whole. */
export const LONGEST_PIECE = 512;

export function pieceOf(bytes: Buffer, name: () => string): Piece {
  return { bytes, kinds: kindsOf(bytes, 0, bytes.length), name };
}

export function piecesOf(parts: readonly Part[]): Piece[] {
  return parts
    .filter(({ label, bytes }) => label === undefined && isShort(bytes.length))
    .map((part) => pieceOf(part.bytes, () => part.name));
}

/** The first of them: what salts, neighbours and requests that follow are held against. */
export function leafPieces(leaves: Leaves, bytes: Buffer): Piece[] {
  const pieces: Piece[] = [];
  for (let leaf = 0; 2 * leaf < leaves.spans.length && pieces.length < FIRST; leaf++) {
    const start = leaves.spans[2 * leaf] ?? 0;
    const end = leaves.spans[2 * leaf + 1] ?? 0;
    if (leaves.isLabel(leaf) || !isShort(end - start)) continue;
    pieces.push(pieceOf(bytes.subarray(start, end), () => leaves.nameOf(leaf)));
  }
  return pieces;
}

/** A structure of more values is a table, in which nothing stands in pieces of its own. */
const FIRST = 96;

function isShort(length: number): boolean {
  return length > 0 && length <= LONGEST_PIECE;
}

/** Whether a value is more than a counter or a flag, which stand between the halves of others. */
export function saysSomething({ bytes, kinds }: Piece): boolean {
  return bytes.length >= 2 && ((kinds & ~NUMBER) !== 0 || bytes.length >= 6);
}

export function isPiece(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < 2 || end - start > LONGEST_PIECE) return false;
  return end - start >= 6 || (kindsOf(bytes, start, end) & ~NUMBER) !== 0;
}

const NUMBER = HAS.DIGIT | HAS.DOT | HAS.DASH;

/** A body of more fields than these is a batch of events, and no carrier of pieces. */
export const FEW = 24;

/** Few pieces, apart from the bytes that they were cut from and from memory that is shared; none of many. */
export function keptOf(pieces: readonly Piece[]): readonly Piece[] {
  if (pieces.length > FEW || pieces.length === 0) return [];
  const own = Buffer.allocUnsafeSlow(pieces.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let end = 0;
  return pieces.map((piece) => {
    const name = piece.name();
    const start = end;
    end += piece.bytes.copy(own, start);
    return { bytes: own.subarray(start, end), kinds: piece.kinds, name: () => name };
  });
}

/** Names of pieces that were put together, the inner ones counted where there are many. */
export function namesOf<Which>(pieces: readonly Which[], nameOf: (which: Which) => string): string {
  if (pieces.length <= 3) return pieces.map(nameOf).join(' + ');
  const names = [...pieces.slice(0, 2), ...pieces.slice(-1)].map(nameOf);
  return `${names[0] ?? ''} + ${names[1] ?? ''} + … + ${names[2] ?? ''} (${pieces.length} pieces)`;
}
