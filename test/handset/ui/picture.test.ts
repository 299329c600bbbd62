import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { pngOf } from '../../../harness/handset/ui/picture/png.ts';
import { wrap, widthOf } from '../../../harness/handset/ui/picture/text.ts';
import { aBench, startMint } from './by-hand.ts';

describe('a picture of the screen', () => {
  it('is a PNG 360 points wide in the shape of the display', async () => {
    const bench = await aBench('miui-11-mint-3.4.3');
    const png = readPng(await bench.screen.screenshot());
    assert.deepEqual([png.width, png.height], [360, 780]);
  });

  it('shows another picture for a switch that is on than for one that is off, and nowhere else', async () => {
    const bench = await aBench('miui-11-mint-3.4.3');
    startMint(bench);
    bench.tap('Menu');
    bench.tap('Settings');
    const on = readPng(await bench.screen.screenshot());
    const { top, bottom } = bench.see('switch_widget').bounds;
    bench.tap('switch_widget');
    const off = readPng(await bench.screen.screenshot());
    const changed = on.rows.flatMap((row, at) => (row.equals(off.rows[at] ?? row) ? [] : [at]));
    assert.ok(changed.length > 10);
    assert.ok(changed.every((row) => row >= Math.floor(top / 3) && row <= Math.ceil(bottom / 3)));
  });

  it('of one node is as large as the node', async () => {
    const bench = await aBench('miui-11-mint-3.4.3');
    startMint(bench);
    const { bounds } = bench.see('search_hint');
    const png = readPng(await bench.screen.picture(bounds));
    assert.deepEqual([png.width, png.height], [360, Math.round((bounds.bottom - bounds.top) / 3)]);
  });

  it('can be drawn whatever a page is called', async () => {
    const bench = await aBench('miui-11-mint-3.4.3');
    startMint(bench);
    for (const title of [
      '</text><script>',
      '\u0000\u0008&#0;',
      '\uD800',
      '漢字 🙂 عربي',
      '{page.url}',
    ]) {
      bench.web.serves('https://example.org/', `<title>${title}</title>`);
      bench.tap('search_hint');
      bench.screen.type('https://example.org/\n');
      await bench.told.next('page-finished');
      assert.equal(readPng(await bench.screen.screenshot()).width, 360);
    }
  });

  it('of the same screen is drawn once', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="3"/>';
    assert.equal(await pngOf(svg), await pngOf(svg));
  });
});

describe('a line of text', () => {
  it('is no wider than the room it has, unless a single letter is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 20, max: 400 }),
        (text, width) => {
          for (const line of wrap(text, width, 16, 1000)) {
            assert.ok(widthOf(line, 16) <= width || [...line].length === 1);
          }
        },
      ),
    );
  });

  it('keeps every letter that is not a space, in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const solid = (words: string): string => words.replaceAll(/\s+/gu, '');
        assert.equal(solid(wrap(text, 100, 16, 10_000).join('')), solid(text));
      }),
    );
  });
});

/** The size and the rows of an RGBA PNG, read from its chunks. */
function readPng(png: Buffer): { width: number; height: number; rows: Buffer[] } {
  assert.equal(png.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1A\n');
  const pieces: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') {
      pieces.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
    }
  }
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const pixels = inflateSync(Buffer.concat(pieces));
  assert.deepEqual([png[24], png[25], pixels.length], [8, 6, height * (1 + 4 * width)]);
  return { width, height, rows: unfiltered(pixels, width) };
}

/** PNG specification, section 9: each row is a difference from its neighbours. */
function unfiltered(pixels: Buffer, width: number): Buffer[] {
  const length = 4 * width;
  const rows: Buffer[] = [];
  for (let at = 0; at < pixels.length; at += 1 + length) {
    const row = Buffer.from(pixels.subarray(at + 1, at + 1 + length));
    const above = rows.at(-1) ?? Buffer.alloc(length);
    for (let x = 0; x < length; x += 1) {
      const [a, b, c] = [row[x - 4] ?? 0, above[x] ?? 0, above[x - 4] ?? 0];
      row[x] = (row[x] ?? 0) + predicted(pixels[at] ?? 0, a, b, x < 4 ? 0 : c);
    }
    rows.push(row);
  }
  return rows;
}

function predicted(filter: number, a: number, b: number, c: number): number {
  if (filter === 1) return a;
  if (filter === 2) return b;
  if (filter === 3) return Math.floor((a + b) / 2);
  if (filter !== 4) return 0;
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}
