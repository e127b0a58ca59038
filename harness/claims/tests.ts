// What a claim comes to: what it needs, and what would deny it.
import type { Inequality } from './contrast.ts';

/** What a claim comes to. */
export interface Tests {
  /** All must hold: an intersection-union test, which needs no correction (Berger, 1982). */
  readonly needs: readonly Inequality[];
  /** Each of them refutes the claim where all its inequalities hold; corrected as a family (Holm, 1979). */
  readonly denials: readonly (readonly Inequality[])[];
  /** One-sided level of the needs: 0.025, or 0.05 of the two one-sided tests of equivalence (Schuirmann, 1987). */
  readonly level: number;
  /** How many rows the one that is tested was picked from: its p values are multiplied by it (Bonferroni). */
  readonly pickedFrom?: number;
  /** What is needed and cannot be looked at, and why, a line each. */
  readonly gaps: readonly string[];
  /** What is to be known of the rows that were taken. */
  readonly notes?: readonly string[];
}

/** One-sided. */
export const LEVEL = 0.025;
export const EQUIVALENCE_LEVEL = 0.05;
