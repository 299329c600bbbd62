/** An answer that is an error, in the W3C WebDriver's words. */
export class Failure extends Error {
  readonly status: number;
  readonly error: string;

  constructor(error: keyof typeof STATUS, message: string) {
    super(message);
    this.name = 'Failure';
    this.error = error;
    this.status = STATUS[error];
  }
}

/** HTTP statuses of the WebDriver standard, section 6.6. */
const STATUS = {
  'invalid argument': 400,
  'invalid element state': 400,
  'invalid selector': 400,
  'invalid session id': 404,
  'no such alert': 404,
  'no such element': 404,
  'stale element reference': 404,
  'unknown command': 404,
  'unknown error': 500,
} as const;
