import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * Draws SVG as PNG. The one place that knows the renderer and its letters; the machine's own fonts are not used,
 * so that a picture looks the same everywhere. Phones show the same picture again and again: the last few are
 * kept. A handset whose screen nobody looks at goes without the renderer.
 */
export async function pngOf(svg: string): Promise<Buffer> {
  const kept = CACHE.get(svg);
  if (kept) return kept;
  const { renderAsync } = await import('@resvg/resvg-js');
  const image = await renderAsync(svg, {
    font: {
      loadSystemFonts: false,
      fontFiles: FONTS,
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans',
    },
  });
  const png = image.asPng();
  CACHE.set(svg, png);
  for (const oldest of CACHE.keys()) {
    if (CACHE.size <= MOST_KEPT) break;
    CACHE.delete(oldest);
  }
  return png;
}

const MOST_KEPT = 16;
const CACHE = new Map<string, Buffer>();

const FONTS = ['DejaVuSansCondensed', 'DejaVuSansCondensed-Bold'].map((font) =>
  path.join(
    path.dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')),
    'ttf',
    `${font}.ttf`,
  ),
);
