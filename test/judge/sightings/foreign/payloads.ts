import fc from 'fast-check';

const LETTERS = 'abcdefghijkmnpqrstuvwxyz0123456789';
const SCRIPTS = 'abcdefghijklmnop éüñß 日本語 жизнь 😀';

const token = fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 20, maxLength: 40 });

/** What phones send, each time another: what came out must be this, to the last byte. */
export const PAYLOADS = {
  address: token.map((one) => Buffer.from(`https://www.visited.test/news/${one}?from=app`)),
  event: token.map((one) =>
    Buffer.from(JSON.stringify({ event: 'page_load', time: 1588310400000, value: one })),
  ),
  words: fc
    .string({ unit: fc.constantFrom(...SCRIPTS), minLength: 16, maxLength: 60 })
    .map((text) => Buffer.from(`Grüße: ${text.trim()}.`)),
  bytes: fc.uint8Array({ minLength: 32, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
} as const;

export type Kind = keyof typeof PAYLOADS;
