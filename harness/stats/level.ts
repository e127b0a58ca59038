// The level of two-sided tests: what is called shown is what a p value of at most this says.

export const LEVEL = 0.05;

/** @param p corrected where several hypotheses are tested; null where none was */
export function isShown(p: number | null): p is number {
  return p !== null && p <= LEVEL;
}
