import type { UiNode } from '../tree/node.ts';
import type { Box, Palette } from './palette.ts';

/** The drawn part of a node: switches, radio buttons, ticks, icons, a progress bar. Boxes are in dp. */
export function drawSign(node: UiNode, box: Box, palette: Palette): string {
  if (node.className === 'android.widget.Switch') return switchSign(node.checked, box, palette);
  if (node.className === 'android.widget.RadioButton') return radio(node.checked, box, palette);
  if (node.className === 'android.widget.ProgressBar') return progress(box, palette);
  if (node.checkable) return tick(node.checked, box, palette);
  return node.icon === undefined ? '' : icon(node.icon, box, palette);
}

/** On is filled and says so; off is hollow and says so: nobody has to know what a colour means. */
function switchSign(on: boolean, { x, y, width, height }: Box, palette: Palette): string {
  const middle = y + height / 2;
  const left = x + (width - 56) / 2;
  const track = `<rect x="${left}" y="${middle - 13}" width="56" height="26" rx="13" fill="${on ? palette.accent : 'none'}" stroke="${on ? palette.accent : palette.faint}" stroke-width="2"/>`;
  const knob = `<circle cx="${left + (on ? 43 : 13)}" cy="${middle}" r="9" fill="${on ? palette.onAccent : palette.faint}"/>`;
  const word = `<text x="${left + (on ? 20 : 37)}" y="${middle + 4.5}" font-size="12" font-weight="bold" text-anchor="middle" fill="${on ? palette.onAccent : palette.faint}">${on ? 'ON' : 'OFF'}</text>`;
  return `${track}${knob}${word}`;
}

function radio(on: boolean, { x, y, height }: Box, palette: Palette): string {
  const ring = `<circle cx="${x + 30}" cy="${y + height / 2}" r="9" fill="none" stroke="${on ? palette.accent : palette.faint}" stroke-width="2"/>`;
  const dot = `<circle cx="${x + 30}" cy="${y + height / 2}" r="5" fill="${palette.accent}"/>`;
  return on ? ring + dot : ring;
}

function tick(on: boolean, { x, y, height }: Box, palette: Palette): string {
  const top = y + height / 2 - 9;
  const box = `<rect x="${x + 21}" y="${top}" width="18" height="18" rx="3" fill="${on ? palette.accent : 'none'}" stroke="${on ? palette.accent : palette.faint}" stroke-width="2"/>`;
  const mark = `<path d="M${x + 25} ${top + 9}l4 4l7 -8" fill="none" stroke="${palette.onAccent}" stroke-width="2.5"/>`;
  return on ? box + mark : box;
}

function progress({ x, y, width, height }: Box, palette: Palette): string {
  return `<rect x="${x}" y="${y}" width="${width * 0.4}" height="${height}" fill="${palette.accent}"/>`;
}

function icon(
  name: NonNullable<UiNode['icon']>,
  { x, y, width, height }: Box,
  palette: Palette,
): string {
  const paint = `fill="none" stroke="${palette.ink}" stroke-width="2.2" stroke-linecap="round"`;
  return `<path transform="translate(${x + width / 2} ${y + height / 2})" d="${STROKES[name]}" ${paint}/>`;
}

/** Drawn about the origin, in dp. */
const STROKES: Readonly<Record<NonNullable<UiNode['icon']>, string>> = {
  menu: 'M-9 -6h18M-9 0h18M-9 6h18',
  back: 'M8 0h-16l6 -6m-6 6l6 6',
  search: 'M4 4l5 5M5 -1a6 6 0 1 1 -12 0a6 6 0 1 1 12 0z',
  close: 'M-6 -6l12 12M6 -6l-12 12',
  reload: 'M7 -2a7.5 7.5 0 1 0 0 5M7 -8v6h-6',
  private:
    'M-11 -2h22M-7 -2l2 -6h10l2 6M-1 5a4 4 0 1 1 -8 0a4 4 0 1 1 8 0zM9 5a4 4 0 1 1 -8 0a4 4 0 1 1 8 0z',
};
