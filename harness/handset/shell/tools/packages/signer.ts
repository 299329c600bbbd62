import { createHash } from 'node:crypto';

/**
 * First eight hex digits of the SHA-256 of the certificate in an APK's v2 or v3 signing block (source.android.com,
 * "APK Signature Scheme v2"); of an APK without one, of nothing. Bounded; never throws.
 */
export function signerOf(apk: Buffer): string {
  const certificate = signingBlock(apk) ?? Buffer.alloc(0);
  return createHash('sha256').update(certificate).digest('hex').slice(0, 8);
}

const MAGIC = 'APK Sig Block 42';

const SCHEMES = [0x7109871a, 0xf05368c0];

/** The block ends where the zip's central directory begins: pairs, its size, the magic. */
function signingBlock(apk: Buffer): Buffer | undefined {
  const end = apk.lastIndexOf(MAGIC);
  if (end < 8) return undefined;
  const size = Number(apk.readBigUInt64LE(end - 8));
  let at = end + MAGIC.length - size;
  while (at >= 0 && at + 12 <= end - 8) {
    const length = Number(apk.readBigUInt64LE(at));
    if (length < 4 || at + 8 + length > end - 8) return undefined;
    if (SCHEMES.includes(apk.readUInt32LE(at + 8)))
      return certificateIn(apk.subarray(at + 12, at + 8 + length));
    at += 8 + length;
  }
  return undefined;
}

/** signers › first signer › signed data › (digests, certificates) › first certificate; each behind its length. */
function certificateIn(block: Buffer): Buffer | undefined {
  const signedData = inner(inner(inner(block)));
  const digests = inner(signedData);
  return inner(inner(signedData?.subarray(4 + (digests?.length ?? 0))));
}

function inner(outer: Buffer | undefined): Buffer | undefined {
  if (!outer || outer.length < 4) return undefined;
  const length = outer.readUInt32LE(0);
  return length <= outer.length - 4 ? outer.subarray(4, 4 + length) : undefined;
}
