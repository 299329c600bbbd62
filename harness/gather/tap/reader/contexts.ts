import type { Server } from 'node:tls';
import { createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';

/** Makes the certificate that stands for a host: PEM texts. */
export type Certify = (
  host: string,
) => Promise<{ readonly key: string; readonly cert: string; readonly ca: string }>;

/** More hosts than a trial talks to; each costs some 90 KB. */
const MOST_CONTEXTS = 500;

/**
 * Lets a TLS server show the certificate of whichever host is asked for, and remember the latest of them. The
 * library remembers every one: a phone that makes up names would fill the memory.
 */
export function showCertificates(server: Server, certify: Certify): void {
  const known = new Map<string, Promise<SecureContext>>();
  const contextFor = (host: string): Promise<SecureContext> => {
    const made = known.get(host) ?? certify(host).then((pem) => createSecureContext(pem));
    known.delete(host);
    known.set(host, made);
    const [oldest] = known.keys();
    if (known.size > MOST_CONTEXTS && oldest !== undefined) known.delete(oldest);
    return made;
  };
  const place = Object.getOwnPropertySymbols(server).find(
    ({ description }) => description === 'snicallback',
  );
  if (place === undefined || typeof Reflect.get(server, place) !== 'function') {
    throw new Error('Node keeps the choice of certificates elsewhere');
  }
  Object.defineProperty(server, place, {
    value: (host: string, done: (error: unknown, context?: SecureContext) => void) => {
      contextFor(host.toLowerCase()).then(
        (context) => {
          done(null, context);
        },
        (error: unknown) => {
          known.delete(host.toLowerCase());
          done(error);
        },
      );
    },
  });
}
