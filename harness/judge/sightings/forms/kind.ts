/** What a value is, which decides under what other spellings it may turn up. */
export type Kind = 'url' | 'host' | 'email' | 'uuid' | 'hex' | 'digits' | 'text';

/**
 * The kind of a canary: what its mold or its file says, else what its shape says. A kind of an unknown name
 * ("advertising id", "phone") says nothing, and the shape decides.
 */
export function kindOf(value: string, said: string | undefined): Kind {
  const named = said === undefined ? undefined : NAMES.get(said.toLowerCase());
  return named ?? SHAPES.find(({ shape }) => shape.test(value.trim()))?.kind ?? 'text';
}

const NAMES: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['page', 'url'],
  ['url', 'url'],
  ['words', 'text'],
  ['title', 'text'],
  ['text', 'text'],
  ['host', 'host'],
  // "photo.jpg" looks like a host, too.
  ['file', 'text'],
  ['name', 'text'],
]);

const SHAPES: readonly { readonly kind: Kind; readonly shape: RegExp }[] = [
  { kind: 'url', shape: /^[a-z][a-z0-9+.-]{0,30}:\/\//i },
  { kind: 'email', shape: /^[^\s@/]{1,64}@[^\s@/]{1,255}$/ },
  { kind: 'uuid', shape: /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i },
  { kind: 'digits', shape: /^\+?[0-9](?:[\s().-]?[0-9]){9,40}$/ },
  { kind: 'hex', shape: /^[0-9a-f]{12,128}$/i },
  { kind: 'hex', shape: /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5,31}$/i },
  { kind: 'host', shape: /^(?:[a-z0-9_-]{1,63}\.)+[a-z]{2,24}$/i },
];
