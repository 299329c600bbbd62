/**
 * What the reader of decrypted traffic tells, in words of our own. Events of one id belong to one exchange and may
 * come in any order once its `request` has come. `peerPort` is the port from which the front reached the reader.
 */
export type WireEvent =
  RequestEvent | JoinedEvent | FrameEvent | RawEvent | TlsErrorEvent | UnparsedEvent;

export type Headers = readonly (readonly [string, string])[];

/** What the library gives as pairs of name and value; none where it gives anything else. */
export function pairsOf(given: unknown): Headers {
  if (!Array.isArray(given)) return [];
  return given.flatMap((pair: unknown): [string, string][] =>
    Array.isArray(pair) ? [[String(pair[0]), String(pair[1])]] : [],
  );
}

export interface RequestEvent {
  readonly kind: 'request';
  readonly id: string;
  readonly peerPort: number;
  readonly websocket: boolean;
  readonly method: string;
  /** Absolute, as sent. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly httpVersion: string;
  readonly headers: Headers;
}

/** What belongs to a request by its id. */
export type JoinedEvent =
  | {
      readonly kind: 'request-bytes' | 'response-bytes';
      readonly id: string;
      readonly bytes: Uint8Array;
      readonly last: boolean;
    }
  | { readonly kind: 'request-end'; readonly id: string; readonly trailers: Headers }
  | {
      readonly kind: 'response';
      readonly id: string;
      readonly status: number;
      readonly headers: Headers;
    }
  | { readonly kind: 'response-end'; readonly id: string }
  /** A server answered: what follows is its answer and not one made up on this side. */
  | { readonly kind: 'answered'; readonly id: string }
  | { readonly kind: 'abort'; readonly id: string }
  /** It was not led on, and why: what answer it gets is made up. */
  | { readonly kind: 'refused'; readonly id: string; readonly why: string };

/** One message of a WebSocket; `id` is that of its handshake. */
export interface FrameEvent {
  readonly kind: 'frame';
  readonly id: string;
  readonly direction: 'up' | 'down';
  readonly bytes: Uint8Array;
  /** Not all of it was read. */
  readonly truncated: boolean;
}

/** A stream that is not HTTP, with or without TLS around it. */
export type RawEvent =
  | {
      readonly kind: 'raw';
      readonly id: string;
      readonly peerPort: number;
      readonly host: string;
      readonly port: number;
    }
  | {
      readonly kind: 'raw-bytes';
      readonly id: string;
      readonly direction: 'up' | 'down';
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'raw-refused'; readonly id: string; readonly why: string }
  | { readonly kind: 'raw-end'; readonly id: string };

/** A TLS handshake that came to nothing; `why` is the library's word. */
export interface TlsErrorEvent {
  readonly kind: 'tls-error';
  readonly peerPort: number;
  readonly host: string;
  readonly why: string;
}

/** Decrypted bytes that are no HTTP, or more of it than is read; `guess` is what could be made of them. */
export interface UnparsedEvent {
  readonly kind: 'unparsed';
  readonly peerPort: number;
  readonly code: string;
  readonly guess: Guess;
}

export interface Guess {
  readonly method: string | null;
  readonly url: string | null;
  readonly headers: Headers;
}
