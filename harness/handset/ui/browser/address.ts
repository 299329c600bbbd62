/** What an address field makes of what was typed: a page to open, or words to search for. */
export type Typed =
  | { readonly kind: 'page'; readonly url: string }
  | { readonly kind: 'words'; readonly words: string };

/**
 * As browsers of 2020 do it: something with a scheme, or that looks like a host, is opened (without a scheme as
 * plain http); anything else is searched for.
 */
export function readAddress(typed: string): Typed {
  const text = typed.trim();
  const url = asUrl(text);
  return url === undefined ? { kind: 'words', words: text } : { kind: 'page', url };
}

/** Words in an engine's URL template, encoded as a form does: a space is a plus. */
export function searchUrl(template: string, words: string): string {
  return template.replaceAll('{words}', new URLSearchParams([['', words]]).toString().slice(1));
}

function asUrl(text: string): string | undefined {
  if (/\s/u.test(text)) return undefined;
  if (/^[a-z][a-z0-9+.-]*:\/\//iu.test(text)) return URL.parse(text)?.href;
  const host = /^(localhost|(\d{1,3}\.){3}\d{1,3}|([\p{L}\p{N}-]+\.)+\p{L}{2,})(:\d+)?([/?#]|$)/iu;
  return host.test(text) ? URL.parse(`http://${text}`)?.href : undefined;
}
