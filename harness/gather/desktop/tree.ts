import type { OpenPage } from './insight.ts';

/** What was open when a picture was taken, in the place of a phone's UI tree: windows as shown, pages as the browser says. */
export function treeOf(windows: readonly string[], pages: readonly OpenPage[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<desktop>',
    ...windows.map((title) => `  <window title="${escaped(title)}"/>`),
    ...pages.map(
      ({ title, address, isPrivate }) =>
        `  <page title="${escaped(title)}" address="${escaped(address)}" private="${String(isPrivate)}"/>`,
    ),
    '</desktop>',
    '',
  ].join('\n');
}

/** Titles are a page's own words; XML 1.0 has no way to write most control characters. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\u0000-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll(/[&<>"']/g, (char) => `&#${String(char.charCodeAt(0))};`);
}
