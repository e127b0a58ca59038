// How near a statistic must come to a reference: 1e-9 of it.
import { expect } from 'vitest';

const TOLERANCE = 1e-9;

export function expectNear(found: number | null | undefined, wanted: number): void {
  const error = Math.abs(Number(found) - wanted) / Math.max(1e-3, Math.abs(wanted));
  expect(error, `${found} for ${wanted}`).toBeLessThan(TOLERANCE);
}
