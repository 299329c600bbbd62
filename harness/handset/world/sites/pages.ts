/** A page of search results: what was asked stands in its title and, escaped, in its text. */
export function results(words: string, after: string): string {
  const asked = escaped(words);
  return document(
    `${asked}${after}`,
    `<form action="/search"><input name="q" value="${asked}"></form>
<img src="/logo.png" alt="" width="1" height="1">
<h1>Results for ${asked}</h1>
<ol><li><a href="https://example.org/">Example Domain</a></li></ol>
<script src="/results.js"></script>`,
  );
}

export function page(title: string): string {
  return document(escaped(title), `<h1>${escaped(title)}</h1>`);
}

/** One transparent pixel, PNG. */
export function image(): Buffer {
  return Buffer.from(PIXEL, 'base64');
}

export function script(): string {
  return 'void 0;\n';
}

function document(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
<body>
${body}
</body></html>
`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
