/** How a request failed, from curl's exit code, in the words that Chromium shows on its error page. */
export function chromiumError(
  code: number,
  { connectStatus, verifyResult }: { connectStatus: number; verifyResult: number },
): string {
  if (code === 60) return CERTIFICATE.get(verifyResult) ?? 'net::ERR_CERT_AUTHORITY_INVALID';
  if (connectStatus >= 400) return 'net::ERR_TUNNEL_CONNECTION_FAILED';
  return FAILURE.get(code) ?? 'net::ERR_FAILED';
}

/** OpenSSL's verify results (openssl-verification-options(1)); 1: curl minds the name before it looks. */
const CERTIFICATE: ReadonlyMap<number, string> = new Map([
  [1, 'net::ERR_CERT_COMMON_NAME_INVALID'],
  [9, 'net::ERR_CERT_DATE_INVALID'],
  [10, 'net::ERR_CERT_DATE_INVALID'],
  [62, 'net::ERR_CERT_COMMON_NAME_INVALID'],
]);

/** curl's exit codes: curl(1), section EXIT CODES. */
const FAILURE: ReadonlyMap<number, string> = new Map([
  [3, 'net::ERR_INVALID_URL'],
  [5, 'net::ERR_PROXY_CONNECTION_FAILED'],
  [7, 'net::ERR_PROXY_CONNECTION_FAILED'],
  [8, 'net::ERR_INVALID_HTTP_RESPONSE'],
  [18, 'net::ERR_CONTENT_LENGTH_MISMATCH'],
  [28, 'net::ERR_TIMED_OUT'],
  [35, 'net::ERR_SSL_PROTOCOL_ERROR'],
  [52, 'net::ERR_EMPTY_RESPONSE'],
  [55, 'net::ERR_CONNECTION_RESET'],
  [56, 'net::ERR_CONNECTION_RESET'],
  [63, 'net::ERR_FILE_TOO_BIG'],
  // No certificate at all in the store: nobody is believed.
  [77, 'net::ERR_CERT_AUTHORITY_INVALID'],
  [97, 'net::ERR_PROXY_CONNECTION_FAILED'],
]);
