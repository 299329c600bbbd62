import assert from 'node:assert/strict';

/** A number agrees with one from elsewhere. */
export function close(actual: number | undefined, expected: number, within = 1e-9): void {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= within,
    `${actual} ≠ ${expected}`,
  );
}
