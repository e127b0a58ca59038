// Holm's correction (1979) for testing several hypotheses at once.

/**
 * Adjusted p values, in the order given: of the i-th smallest of m (from 0), max over j <= i of (m - j) p_j, at most 1. To
 * reject where they are at most alpha keeps the chance of any false rejection at alpha, however the tests depend on each
 * other.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  for (const [rank, i] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * (pValues[i] as number)));
    adjusted[i] = largest;
  }
  return adjusted;
}
