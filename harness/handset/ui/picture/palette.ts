/** What a picture is painted with: colours of one look, light or dark. */
export interface Palette {
  readonly ground: string;
  readonly bar: string;
  readonly ink: string;
  readonly faint: string;
  readonly accent: string;
  readonly onAccent: string;
}

export const LIGHT: Palette = {
  ground: '#ffffff',
  bar: '#eef1f4',
  ink: '#1b1f24',
  faint: '#6b7480',
  accent: '#0b7a53',
  onAccent: '#ffffff',
};

export const DARK: Palette = {
  ground: '#23262b',
  bar: '#2f343b',
  ink: '#f2f4f6',
  faint: '#a7b0bb',
  accent: '#4fd1a1',
  onAccent: '#10251d',
};

/** A rectangle in dp. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
