import type { Display } from '../tree/layout.ts';
import { BARS } from '../tree/layout.ts';
import { glyphWidth, linesOf, typeOf } from '../tree/measure.ts';
import { flatten } from '../tree/node.ts';
import type { Bounds, UiNode } from '../tree/node.ts';
import { escapeXml } from '../source.ts';
import { DARK, LIGHT } from './palette.ts';
import type { Box, Palette } from './palette.ts';
import { drawSign } from './signs.ts';

/**
 * A screen as a picture, 360 units wide whatever the display. A court looks at it: what is on and what is off
 * must be plain, and the strip on top says that this is no maker's phone.
 */
export function svgOf(
  root: UiNode,
  display: Display,
  { dark = false, area }: { readonly dark?: boolean; readonly area?: Bounds | undefined } = {},
): string {
  const palette = dark ? DARK : LIGHT;
  const unit = 360 / display.width;
  const height = Math.round(display.height * unit);
  const { left, top, right, bottom } = area ?? {
    left: 0,
    top: 0,
    right: display.width,
    bottom: display.height,
  };
  const seen = [left, top, right - left, bottom - top].map((edge) => Math.round(edge * unit));
  const scale = (display.density / 160) * unit;
  const drawn = flatten(root).map((node) => draw(node, palette, display.density / 160));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${seen[2] ?? 1}" height="${seen[3] ?? 1}" viewBox="${seen.join(' ')}" font-family="DejaVu Sans">`,
    `<rect width="360" height="${height}" fill="${palette.ground}"/>`,
    `<g transform="scale(${scale})">${drawn.join('')}${systemBars(display, palette)}</g>`,
    '</svg>',
  ].join('\n');
}

/** Everything below is in dp. */
function draw(node: UiNode, palette: Palette, scale: number): string {
  const { left, top, right, bottom } = node.bounds;
  const box = {
    x: left / scale,
    y: top / scale,
    width: (right - left) / scale,
    height: (bottom - top) / scale,
  };
  return [
    background(node, box, palette),
    drawSign(node, box, palette),
    node.children.length === 0 && !SILENT.has(node.className) ? words(node, box, palette) : '',
  ].join('');
}

/** Their text is for the accessibility tree; the picture shows a sign or a page instead. */
const SILENT = new Set([
  'android.widget.Switch',
  'android.widget.ImageView',
  'android.widget.ImageButton',
  'android.widget.ProgressBar',
]);

function background(node: UiNode, { x, y, width, height }: Box, palette: Palette): string {
  const rect = (inset: number, radius: number, paint: string): string =>
    `<rect x="${x + inset}" y="${y + inset}" width="${Math.max(0, width - 2 * inset)}" height="${Math.max(0, height - 2 * inset)}" rx="${radius}" ${paint}/>`;
  if (node.style === 'bar') return rect(0, 0, `fill="${palette.bar}"`);
  if (node.style === 'pill') return rect(6, 20, `fill="${palette.bar}"`);
  if (node.style === 'setting') {
    return `<path d="M${x} ${y + height - 0.5}h${width}" stroke="${palette.bar}"/>`;
  }
  if (node.editable) {
    const line = node.focused ? palette.accent : palette.faint;
    return rect(6, 6, `fill="none" stroke="${line}" stroke-width="${node.focused ? 2 : 1}"`);
  }
  if (node.className === 'android.widget.Button') return rect(6, 8, `fill="${palette.accent}"`);
  return '';
}

function words(node: UiNode, box: Box, palette: Palette): string {
  const { size, bold, padding } = typeOf(node);
  const lines = linesOf(node, box.width).slice(
    0,
    Math.max(1, Math.floor(box.height / (size * 1.3))),
  );
  const button = node.className === 'android.widget.Button';
  const x = button ? box.x + box.width / 2 : box.x + padding.x + glyphWidth(node);
  const start =
    node.fill && box.height > 120
      ? box.y + padding.y
      : box.y + (box.height - lines.length * size * 1.3) / 2;
  const colour = inkOf(node, button, palette);
  return lines
    .map(
      (line, at) =>
        `<text x="${x}" y="${start + (at + 1) * size * 1.3 - size * 0.35}" font-size="${size}" fill="${colour}"${bold ? ' font-weight="bold"' : ''}${button ? ' text-anchor="middle"' : ''}>${escapeXml(node.password ? '•'.repeat(line.length) : line)}</text>`,
    )
    .join('');
}

function inkOf(node: UiNode, button: boolean, palette: Palette): string {
  if (button) return palette.onAccent;
  const faint = node.style === 'caption' || node.text === '' || !node.enabled;
  return faint ? palette.faint : palette.ink;
}

function systemBars({ width, height, density }: Display, palette: Palette): string {
  const wide = width / (density / 160);
  const low = height / (density / 160) - BARS.bottom / 2;
  const label = `<text x="12" y="16.5" font-size="11" font-weight="bold" fill="${palette.faint}">REFERENCE HANDSET</text>`;
  const stroke = `fill="none" stroke="${palette.faint}" stroke-width="2"`;
  const back = `<path d="M${wide / 4 + 6} ${low - 7}l-11 7l11 7z" ${stroke}/>`;
  const home = `<circle cx="${wide / 2}" cy="${low}" r="7" ${stroke}/>`;
  return `${label}${back}${home}`;
}
