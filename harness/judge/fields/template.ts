import { isWordy, maskOf } from './values/shape.ts';

/** One endpoint as it is kept apart while a run is read; several may turn out to be one. */
export interface Endpoint {
  readonly method: string;
  readonly host: string;
  /** Masked where a part of the path names one thing among many. */
  readonly parts: readonly string[];
}

/** A part of a path that was masked, and what it was: a field like any other. */
export interface Masked {
  readonly index: number;
  readonly part: string;
  readonly mask: string;
}

interface Node {
  readonly children: Map<string, Node>;
  /** Requests that came this way. */
  total: number;
  /** What was sent beneath it: fields, as one hash a set. */
  readonly signatures: Set<number>;
  /** All children are one: their names tell things apart, and not what is asked. */
  one: boolean;
}

/**
 * Endpoint templates, learnt while a run is read. A part of a path is masked when its shape says that it names one
 * thing among many (number, hex, UUID, date …), or when the parts beside it do: many, seldom twice, not words, and
 * with the same fields beneath. What is asked differently stays apart ("/v1/login", "/v1/search").
 */
export class Templates {
  readonly #roots = new Map<string, Node>();
  #nodes = 0;

  /** Notes a request; gives the endpoint that it belongs to as far as is known. `signature`: of its fields. */
  note(endpoint: Endpoint, signature: number): Endpoint {
    const root = this.#root(endpoint);
    let node = root;
    node.total++;
    for (const part of endpoint.parts) {
      if (!node.one && !node.children.has(part) && this.#isFull(node)) node.one = true;
      const name = node.one ? ANY : part;
      const child = node.children.get(name) ?? this.#grow(node, name);
      child.total++;
      if (child.signatures.size < MOST_SIGNATURES) child.signatures.add(signature);
      if (!node.one && isOneThing(node)) node.one = true;
      node = child;
    }
    return this.settled(endpoint);
  }

  /** The endpoint under all that is known by now. */
  settled({ method, host, parts }: Endpoint): Endpoint {
    let node = this.#roots.get(rootOf({ method, host, parts }));
    const settled: string[] = [];
    for (const part of parts) {
      settled.push(node?.one === true ? ANY : part);
      node = node?.children.get(node.one ? ANY : part);
    }
    return { method, host, parts: settled };
  }

  #root(endpoint: Endpoint): Node {
    const key = rootOf(endpoint);
    const root = this.#roots.get(key) ?? makeNode();
    this.#roots.set(key, root);
    return root;
  }

  #grow(node: Node, name: string): Node {
    const child = makeNode();
    node.children.set(name, child);
    this.#nodes++;
    return child;
  }

  #isFull(node: Node): boolean {
    return node.children.size >= MOST_CHILDREN || this.#nodes >= MOST_NODES;
  }
}

/** "POST sa.example.com/track/{hex}". */
export function written({ method, host, parts }: Endpoint): string {
  return `${method} ${host}${parts.map((part) => `/${part}`).join('')}`;
}

/** Method, host and path of a request, typed masks put in; `isPlanted` knows parts that hold a canary. */
export function endpointOf(
  { method, host, url }: { method: string | null; host: string; url: string | null },
  isPlanted: (part: string) => boolean = () => false,
): Endpoint & { readonly masked: readonly Masked[] } {
  const raw = partsOf(url ?? '');
  const masked: Masked[] = [];
  const parts = raw.map((part, index) => {
    const mask = isPlanted(part) ? '{canary}' : (maskOf(part) ?? (part.length > 60 ? ANY : null));
    if (mask === null) return part;
    masked.push({ index, part, mask });
    return mask;
  });
  const labels = host.split('.').map((label) => {
    if (/^\d+$/.test(label)) return label;
    return isPlanted(label) ? '{canary}' : (maskOf(label) ?? label);
  });
  return { method: method ?? '?', host: labels.join('.'), parts, masked };
}

/** The path without its query and fragment; a path that ends in "/" ends in an empty part. */
function partsOf(url: string): string[] {
  const end = url.search(/[?#]/);
  const path = (end < 0 ? url : url.slice(0, end)).replace(
    /^[a-z][a-z0-9+.-]{0,30}:\/\/[^/]{0,300}/i,
    '',
  );
  return path.split('/').slice(1, 21);
}

const ANY = '{…}';
const MOST_CHILDREN = 64;
const MOST_NODES = 20_000;
const MOST_SIGNATURES = 8;

/** Three parts that no word is, or twelve words, each mostly seen once and all with the same beneath them. */
function isOneThing(node: Node): boolean {
  const names = [...node.children.keys()].filter((name) => !name.startsWith('{'));
  if (names.length < 3 || names.length * 2 < node.total) return false;
  if (names.length < 12 && names.some((name) => isWordy(name))) return false;
  const beneath = names.map((name) => {
    const child = node.children.get(name);
    return [...(child?.signatures ?? [])].sort((a, b) => a - b).join('|');
  });
  return new Set(beneath).size === 1;
}

function makeNode(): Node {
  return { children: new Map(), total: 0, signatures: new Set(), one: false };
}

/** Paths of different lengths never share a template. */
function rootOf({ method, host, parts }: Endpoint): string {
  return `${method} ${host} ${parts.length}`;
}
