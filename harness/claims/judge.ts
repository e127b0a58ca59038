// From inequalities to a verdict. A claim is supported where all that it needs holds, contradicted where any of its denials
// does, and else undecided.
import { holm } from '../stats/holm.ts';
import { type Inequality, pOf } from './contrast.ts';
import { type Decision, seedsToDecide } from './decide.ts';
import { LEVEL, type Tests } from './tests.ts';

export type Verdict = 'supported' | 'contradicted' | 'undecided';

export interface TestedInequality extends Inequality {
  readonly p: number;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly needs: readonly TestedInequality[];
  /** Of a contradicted claim: what refutes it. */
  readonly refutedBy: readonly TestedInequality[];
  /** The largest p value of what the claim needs, and the smallest, corrected, of its denials; null where there are none. */
  readonly p: { readonly supported: number | null; readonly contradicted: number | null };
  readonly gaps: readonly string[];
  readonly notes: readonly string[];
  /** Of an undecided claim without gaps: how many seeds would decide it, if what is seen is true. */
  readonly decision: Decision | null;
}

export function judge({ needs, denials, level, pickedFrom = 1, gaps, notes = [] }: Tests): Judgement {
  const tested = needs.map((need) => ({ ...need, p: Math.min(1, pickedFrom * pOf(need)) }));
  const supported = gaps.length === 0 && tested.length > 0 ? Math.max(...tested.map(({ p }) => p)) : null;
  const refuted = holm(denials.map((group) => Math.max(...group.map(pOf))));
  const strongest = denials[refuted.indexOf(Math.min(...refuted))] ?? [];
  const contradicted = refuted.length > 0 ? Math.min(...refuted) : null;
  // First: that the ends of a sweep rise does not excuse a step that falls.
  const verdict =
    contradicted !== null && contradicted <= LEVEL
      ? 'contradicted'
      : supported !== null && supported <= level
        ? 'supported'
        : 'undecided';
  const isOpen = verdict === 'undecided' && supported !== null;
  return {
    verdict,
    needs: tested,
    refutedBy: verdict === 'contradicted' ? strongest.map((each) => ({ ...each, p: pOf(each) })) : [],
    p: { supported, contradicted },
    gaps,
    notes,
    decision: isOpen ? seedsToDecide({ needs, denials, level: level / pickedFrom }) : null,
  };
}
